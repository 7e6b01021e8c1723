#pragma once
// A network that learns without any engine: scores = W x, by plain gradient descent on cross-entropy.
#include "core/base/error.h"
#include "core/train/parts.h"

#include <cmath>
#include <cstring>
#include <functional>

namespace lathe::test {

class FakeNetwork : public train::Network {
public:
    /// Called before each step with its number, from 0 on: what it throws, the step throws.
    using BeforeStep = std::function<void(int step, const train::Batch &batch)>;

    FakeNetwork(const train::Trainable &trainable, BeforeStep before)
        : m_before(std::move(before)), m_values(decode(trainable.weights.front().encoding))
    {
    }

    std::vector<Tensor> run(const std::map<std::string, Tensor> &inputs,
                            const std::vector<std::string> &) override
    {
        const Matrix scores = scoresOf(inputs);
        return {makeTensor({scores.rows(), scores.cols()},
                           std::span(scores.data(), static_cast<size_t>(scores.size())))};
    }
    void setOptimizer(const train::Optimizer &) override {}
    void setFixed(const train::Fixed &fixed) override { m_fixed = !fixed.constants.empty(); }
    void setPrecision(train::Precision) override {}
    void setBiasBits(const std::set<std::string> &, int) override {}
    void setKept(size_t, const std::vector<uint8_t> &kept, bool regrows) override
    {
        m_kept = kept;
        m_regrows = regrows;
    }
    Matrix unmasked(size_t) const override { return m_values; }
    train::LossValue step(const train::Batch &batch, const train::Loss &, double rate) override
    {
        if (m_before)
            m_before(m_steps, batch);
        ++m_steps;
        Matrix gradient;
        const double loss = learn(batch, &gradient);
        if (!m_fixed)
            m_values -= static_cast<float>(rate) * gradient;
        train::LossValue value;
        value.total = value.labels = loss;
        return value;
    }
    train::LossValue evaluate(const train::Batch &batch, const train::Loss &) override
    {
        train::LossValue value;
        value.total = value.labels = learn(batch, nullptr);
        return value;
    }
    void addGradients(const train::Batch &, const train::Loss &, std::vector<Matrix> &,
                      std::vector<Matrix> &) override
    {
    }
    std::vector<train::NodeTime> profile(const train::Batch &, const train::Loss &) override { return {}; }
    std::vector<Encoding> weights() const override
    {
        return {MatrixEncoding{m_values.rows(), m_values.cols(), m_kept, DenseValues{masked()}}};
    }
    std::map<std::string, Tensor> constants() const override { return {}; }
    std::string state() const override
    {
        std::string text(reinterpret_cast<const char *>(m_values.data()),
                         static_cast<size_t>(m_values.size()) * sizeof(float));
        text.push_back(m_regrows ? 1 : 0);
        text.append(m_kept.begin(), m_kept.end());
        return text;
    }
    void setState(const std::string &state) override
    {
        const size_t bytes = static_cast<size_t>(m_values.size()) * sizeof(float);
        std::memcpy(m_values.data(), state.data(), bytes);
        m_regrows = state[bytes] != 0;
        m_kept.assign(state.begin() + static_cast<long>(bytes) + 1, state.end());
    }

private:
    Matrix masked() const
    {
        Matrix values = m_values;
        for (size_t i = 0; i < m_kept.size(); ++i)
            values.data()[i] *= static_cast<float>(m_kept[i]);
        return values;
    }
    Matrix inputOf(const std::map<std::string, Tensor> &inputs) const
    {
        const Tensor &x = inputs.begin()->second;
        return Eigen::Map<const Matrix>(x.as<float>().data(), x.shape.front(), m_values.cols());
    }
    Matrix scoresOf(const std::map<std::string, Tensor> &inputs) const
    {
        return inputOf(inputs) * masked().transpose();
    }
    double learn(const train::Batch &batch, Matrix *gradient) const
    {
        Matrix scores = scoresOf(batch.inputs);
        double loss = 0;
        for (Index i = 0; i < scores.rows(); ++i) {
            const auto label = static_cast<Index>(batch.labels[static_cast<size_t>(i)]);
            const float most = scores.row(i).maxCoeff(), own = scores(i, label);
            scores.row(i) = (scores.row(i).array() - most).exp().matrix();
            const float sum = scores.row(i).sum();
            scores.row(i) /= sum;
            loss += most + std::log(sum) - own;
            scores(i, label) -= 1;
        }
        const auto count = static_cast<double>(scores.rows());
        if (gradient != nullptr) {
            *gradient = scores.transpose() * inputOf(batch.inputs) / static_cast<float>(count);
            if (!m_regrows)
                for (size_t i = 0; i < m_kept.size(); ++i)
                    gradient->data()[i] *= static_cast<float>(m_kept[i]);
        }
        return loss / count;
    }

    BeforeStep m_before;
    Matrix m_values;
    std::vector<uint8_t> m_kept;
    bool m_regrows = false, m_fixed = false;
    int m_steps = 0;
};

class FakeEngine : public train::Engine {
public:
    explicit FakeEngine(FakeNetwork::BeforeStep before = {}) : m_before(std::move(before)) {}
    std::vector<train::MissingOperator> missing(const Model &) const override { return {}; }
    std::unique_ptr<train::Network> network(const Model &, const train::Trainable &trainable) const override
    {
        return std::make_unique<FakeNetwork>(trainable, m_before);
    }
    std::unique_ptr<train::Twin> twin(const Model &) const override { return nullptr; }
    void setThreads(int) override {}
    std::string version() const override { return "fake 1"; }

private:
    FakeNetwork::BeforeStep m_before;
};

} // namespace lathe::test
