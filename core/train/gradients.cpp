#include "core/train/gradients.h"

#include "core/model/proto.h"
#include "core/train/parts.h"
#include "core/train/recoverstudent.h"

#include <algorithm>

namespace lathe::train {
namespace {

/// The engine on one thread, while it lives.
class OneThread {
public:
    OneThread(Engine &engine, int threadsAfter) : m_engine(engine), m_after(threadsAfter)
    {
        m_engine.setThreads(1);
    }
    ~OneThread() { m_engine.setThreads(m_after); }
    OneThread(const OneThread &) = delete;
    OneThread &operator=(const OneThread &) = delete;

private:
    Engine &m_engine;
    int m_after;
};

/// Adds up, sample by sample.
class GradientSums {
public:
    GradientSums(Engine &engine, const Model &model)
        : m_model(anyBatch(model)), m_parts(partsOf(m_model)), m_scores(scoresOf(m_model))
    {
        const Trainable all = trainableOf(m_model, m_parts);
        m_network = engine.network(m_model, {.weights = all.weights});
        for (const Parts::Weight &weight : m_parts.weights) {
            const Layer &layer = m_model.layers()[weight.layer];
            const Matrix none = Matrix::Zero(layer.rows, layer.cols);
            m_weights.push_back(m_model.weight(weight.layer));
            m_sums.push_back({0, none, none, none});
        }
    }

    void add(const SampleSet &samples, size_t place)
    {
        Batch batch;
        std::vector<Tensor> inputs = samples.batch(place, 1);
        for (size_t i = 0; i < inputs.size(); ++i)
            batch.inputs[m_model.inputs()[i].name] = std::move(inputs[i]);
        batch.labels = {samples.hasLabels() ? samples.labels()[place] : ownAnswer(batch)};
        for (Matrix &gradient : m_gradients)
            gradient.setZero();
        m_network->addGradients(batch, {.output = m_scores.value, .labels = 1}, m_gradients, m_squares);
        for (size_t i = 0; i < m_sums.size(); ++i)
            addTo(m_sums[i], i);
    }

    /// By layer.
    std::vector<std::optional<GradientStatistics>> means()
    {
        std::vector<std::optional<GradientStatistics>> result(m_model.layers().size());
        for (size_t i = 0; i < m_sums.size(); ++i) {
            const size_t layer = m_parts.weights[i].layer;
            GradientStatistics &sums = m_sums[i];
            for (Matrix *matrix : {&sums.mean, &sums.magnitude, &sums.meanSquare}) {
                *matrix /= static_cast<float>(sums.samples);
                if (!matrix->allFinite())
                    throw Error(ErrorCode::NumericFailure, Message::tr("The gradient of {} is no number.",
                                                                       m_model.layers()[layer].name));
            }
            result[layer] = std::move(sums);
        }
        return result;
    }

private:
    int64_t ownAnswer(const Batch &batch)
    {
        const Tensor scores = std::move(m_network->run(batch.inputs, {m_scores.value}).front());
        const int64_t values = elementCount(scores.shape);
        const bool isList =
            values > 1 && std::ranges::count_if(scores.shape, [](int64_t d) { return d > 1; }) == 1;
        if (!isList)
            throw Error(
                ErrorCode::Unsupported,
                Message::tr("{} gives {} for a sample, and no score for each of some classes: without "
                            "labels there is no loss that gradients could be of.",
                            m_model.content().label, shapeText(scores.shape)));
        const std::vector<float> list = toFloats(scores);
        return std::ranges::max_element(list) - list.begin();
    }

    void addTo(GradientStatistics &sums, size_t i)
    {
        ++sums.samples;
        if (m_gradients[i].size() == 0) // nothing of the loss goes through it
            return;
        const auto product = m_weights[i].cwiseProduct(m_gradients[i]);
        sums.mean += product;
        sums.magnitude += product.cwiseAbs();
        sums.meanSquare += product.cwiseAbs2();
    }

    Model m_model;
    Parts m_parts;
    Scores m_scores;
    std::unique_ptr<Network> m_network;
    std::vector<Matrix> m_weights, m_gradients, m_squares;
    std::vector<GradientStatistics> m_sums;
};

class EngineGradients : public GradientSource {
public:
    Message missing() const override
    {
        return engineIsThere()
                   ? Message()
                   : Message::tr("gradients need the package lathe-train, which is not installed");
    }

    std::vector<bool> reaches(const Model &model) const override
    {
        std::vector<bool> reached(model.layers().size());
        for (const Parts::Weight &weight : partsOf(model).weights)
            reached[weight.layer] = true;
        return reached;
    }

    std::vector<std::optional<GradientStatistics>> of(const Model &model, const SampleSet &samples,
                                                      const JobContext &ctx) const override
    {
        Engine &engine = loadEngine();
        const OneThread here(engine, ctx.threadCount());
        GradientSums sums(engine, model);
        for (size_t i = 0; i < samples.size(); ++i) {
            ctx.checkpoint(static_cast<double>(i) / static_cast<double>(samples.size()),
                           Message::tr("gradients of sample {} of {}", i + 1, samples.size()));
            sums.add(samples, i);
        }
        return sums.means();
    }
};

} // namespace

std::shared_ptr<const GradientSource> gradientSource()
{
    static const auto source = std::make_shared<const EngineGradients>();
    return source;
}

} // namespace lathe::train
