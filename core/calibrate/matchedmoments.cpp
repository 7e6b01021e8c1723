#include "core/calibrate/matchedmoments.h"

#include "core/base/blas.h"
#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/calibrate/valuewalk.h"
#include "core/calibrate/watch.h"
#include "core/runtime/shapes.h"

#include <algorithm>
#include <utility>

namespace lathe {
namespace {

constexpr int64_t keptBytes = int64_t(256) << 20; ///< of values of each of the two models
constexpr Index widest = 4608;                    ///< inputs of a layer; more take too long

/// Columns of both models, block by block, each less the mean of the first block: what is left of the means
/// is small enough to be taken off at the end without loss.
class PairedSums {
public:
    PairedSums(const Matrix &weight, Index groups, const JobContext &ctx)
        : m_weight(weight), m_groups(groups), m_ctx(ctx), m_sums(groups, weight.cols(), true),
          m_source(MomentSums::blockColumns, groups * weight.cols()),
          m_compressed(MomentSums::blockColumns, groups * weight.cols()),
          m_offset(Vector::Zero(groups * weight.cols())), m_targetOffset(Vector::Zero(weight.rows())),
          m_cross(Matrix::Zero(weight.rows(), weight.cols())), m_target(Eigen::VectorXd::Zero(weight.rows())),
          m_square(Eigen::VectorXd::Zero(weight.rows()))
    {
    }

    void add(const ColumnReader &source, const ColumnReader &compressed, const std::vector<Index> &chosen)
    {
        const auto width = static_cast<size_t>(m_source.cols());
        for (const Index column : chosen) {
            source.read(column, {m_source.row(m_filled).data(), width});
            compressed.read(column, {m_compressed.row(m_filled).data(), width});
            if (++m_filled == MomentSums::blockColumns)
                endBlock();
        }
    }

    MatchedMoments finish(size_t samples)
    {
        if (m_filled > 0)
            endBlock();
        MatchedMoments moments;
        InputStatistics &inputs = moments.inputs = m_sums.finish();
        inputs.samples = static_cast<int64_t>(samples);
        const double scale = 1.0 / static_cast<double>(std::max<int64_t>(1, inputs.columns));
        const Eigen::VectorXd mean = m_target * scale;
        moments.cross = m_cross * static_cast<float>(scale);
        const Index rows = m_weight.rows() / m_groups, cols = m_weight.cols();
        for (Index g = 0; g < m_groups; ++g) {
            const Vector own = inputs.mean.segment(g * cols, cols);
            inputs.secondMoment.middleRows(g * cols, cols).noalias() -= own * own.transpose();
            moments.cross.middleRows(g * rows, rows).noalias() -=
                mean.segment(g * rows, rows).cast<float>() * own.transpose();
        }
        moments.covariance = std::exchange(inputs.secondMoment, {});
        inputs.meanSquare -= inputs.mean.cwiseAbs2();
        inputs.mean += m_offset;
        inputs.meanSquare += inputs.mean.cwiseAbs2();
        moments.target = m_targetOffset + mean.cast<float>();
        moments.targetVariance = (m_square * scale - mean.cwiseAbs2()).cwiseMax(0.0).cast<float>();
        return moments;
    }

private:
    void endBlock()
    {
        const Index rows = m_weight.rows() / m_groups, cols = m_weight.cols();
        auto columns = m_compressed.topRows(m_filled);
        if (!m_isOffset)
            m_offset = columns.colwise().mean().transpose();
        columns.rowwise() -= m_offset.transpose();
        for (Index i = 0; i < m_filled; ++i)
            std::ranges::copy(std::span(columns.row(i).data(), static_cast<size_t>(columns.cols())),
                              m_sums.next().begin());
        std::vector<Eigen::VectorXd> sums(static_cast<size_t>(m_groups)), squares(sums.size());
        parallelFor(sums.size(), m_ctx, [&](size_t place) {
            const auto g = static_cast<Index>(place);
            const auto weight = m_weight.middleRows(g * rows, rows);
            Matrix y = product(m_source.block(0, g * cols, m_filled, cols), weight.transpose());
            auto offset = m_targetOffset.segment(g * rows, rows);
            if (!m_isOffset)
                offset = y.colwise().mean().transpose();
            y.rowwise() -= offset.transpose();
            addTransposedProduct(m_cross.middleRows(g * rows, rows), 1.0F, y,
                                 m_compressed.block(0, g * cols, m_filled, cols));
            sums[place] = y.cast<double>().colwise().sum().transpose();
            squares[place] = y.cast<double>().cwiseAbs2().colwise().sum().transpose();
        });
        for (size_t g = 0; g < sums.size(); ++g) {
            m_target.segment(static_cast<Index>(g) * rows, rows) += sums[g];
            m_square.segment(static_cast<Index>(g) * rows, rows) += squares[g];
        }
        parallelFor(m_sums.tasks(), m_ctx, [&](size_t task) { m_sums.runTask(task); });
        m_sums.endBlock();
        m_isOffset = true;
        m_filled = 0;
    }

    const Matrix &m_weight;
    Index m_groups;
    const JobContext &m_ctx;
    MomentSums m_sums; ///< of the compressed model
    Matrix m_source, m_compressed;
    bool m_isOffset = false;
    Vector m_offset, m_targetOffset; ///< of x and y
    Matrix m_cross;
    Eigen::VectorXd m_target, m_square;
    Index m_filled = 0;
};

void refuseNonFinite(const Floats &floats, const std::string &layer)
{
    if (!Eigen::Map<const Eigen::ArrayXf>(floats.values.data(), std::ssize(floats.values)).allFinite())
        throw Error(ErrorCode::NumericFailure,
                    Message::tr("The input of `{}` holds NaN or infinity on the calibration samples; check "
                                "the data and its preprocessing.",
                                layer));
}

} // namespace

InputStatistics MatchedMoments::withSecondMoments() const
{
    InputStatistics result = inputs;
    result.secondMoment = covariance;
    const Index cols = covariance.cols();
    for (Index first = 0; first < covariance.rows(); first += cols) {
        const auto mean = inputs.mean.segment(first, cols);
        result.secondMoment.middleRows(first, cols).noalias() += mean * mean.transpose();
    }
    return result;
}

struct MatchedInputs::Impl {
    Impl(Model m, SampleSet s, int64_t columns, const JobContext &ctx)
        : model(completeShapes(m, ctx)), samples(std::move(s)), before(samples, keptBytes),
          after(samples, keptBytes)
    {
        options.leastColumns = columns;
    }

    Message obstacle(size_t index) const
    {
        const std::vector<Layer> &layers = model.layers();
        const Layer &layer = layers.at(index);
        const bool shared = layer.tiedTo || std::ranges::any_of(layers, [&](const Layer &other) {
                                return other.tiedTo == index;
                            });
        if (shared)
            return Message::tr("another layer has the same weight");
        if (layer.cols > widest)
            return Message::tr("it has {} inputs, more than are looked at", layer.cols);
        const auto input = layerInput(model, index);
        const auto *why = std::get_if<Message>(&input);
        return why ? *why : Message();
    }

    Model model;
    SampleSet samples;
    CalibrationOptions options;
    ValueWalk before, after;
};

MatchedInputs::MatchedInputs(Model source, SampleSet samples, int64_t columns, const JobContext &ctx)
    : m_impl(std::make_unique<Impl>(std::move(source), std::move(samples), columns, ctx))
{
}

MatchedInputs::~MatchedInputs() = default;

const SampleSet &MatchedInputs::samples() const
{
    return m_impl->samples;
}

Message MatchedInputs::obstacle(size_t layer) const
{
    return m_impl->obstacle(layer);
}

MatchedMoments MatchedInputs::of(size_t index, const Model &compressed, const JobContext &ctx)
{
    const Layer &layer = m_impl->model.layers().at(index);
    const auto source = std::get<LayerInput>(layerInput(m_impl->model, index));
    const WatchedLayer watched{index, layer.name, {source}, layer.groups, layer.cols, true, 0};
    const ColumnChoice choice(m_impl->options, watched, m_impl->samples.size());
    const Matrix weight = m_impl->model.weight(index);
    PairedSums sums(weight, layer.groups, ctx);
    m_impl->before.begin(m_impl->model, source.value, ctx);
    // Values keep their names. What reads this one may be the first of several factors, with a smaller
    // window: the columns are those of the layer as a whole.
    m_impl->after.begin(compressed, source.value, ctx);
    while (const ValueWalk::Chunk *before = m_impl->before.next(ctx)) {
        const ValueWalk::Chunk &after = *m_impl->after.next(ctx);
        const Floats a(before->value->type, before->value->shape, before->value->bytes);
        const Floats b(after.value->type, after.value->shape, after.value->bytes);
        refuseNonFinite(a, layer.name);
        refuseNonFinite(b, layer.name);
        const auto readA = columnsOf(source, a.shape, a.values, layer.name);
        const auto readB = columnsOf(source, b.shape, b.values, layer.name);
        if (readA->count() != readB->count())
            throw Error(ErrorCode::Unsupported,
                        Message::tr("{} gets inputs of another shape in the compressed model.", layer.name));
        sums.add(*readA, *readB, choice.of(readA->count(), before->first, before->run, before->count));
    }
    m_impl->after.next(ctx); // the end, so that it is kept
    return sums.finish(m_impl->samples.size());
}

} // namespace lathe
