#include "core/train/recoverblocks.h"

#include "core/base/error.h"
#include "core/data/order.h"
#include "core/model/proto.h"
#include "core/onnx/graphview.h"
#include "core/train/batchloader.h"
#include "core/train/timelimit.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace lathe::train {
namespace {

using Values = std::map<std::string, Tensor>;

constexpr size_t batchSize = 32;
constexpr size_t mostHeldOut = 64;
constexpr size_t fewest = 16, most = 1024;           ///< samples
constexpr int64_t bytesOfValue = int64_t(512) << 20; ///< for all samples
constexpr int64_t valuesAtOnce = 4; ///< what goes into a block and comes out, of student and teacher
constexpr int64_t megabyte = 1'000'000;
constexpr int mostEpochs = 30;
constexpr int patience = 2;   ///< epochs without a better one, after which a block is left
constexpr double rate = 1e-3; ///< relative; falls to a tenth

Tensor rowsOf(const Tensor &all, std::span<const size_t> rows)
{
    const size_t size = all.bytes.size() / static_cast<size_t>(all.shape.front());
    Shape shape = all.shape;
    shape.front() = static_cast<int64_t>(rows.size());
    Tensor some = makeTensor(all.type, shape);
    for (size_t i = 0; i < rows.size(); ++i)
        std::memcpy(some.bytes.data() + i * size, all.bytes.data() + rows[i] * size, size);
    return some;
}

Values rowsOf(const Values &all, std::span<const size_t> rows)
{
    Values some;
    for (const auto &[name, tensor] : all)
        some.emplace(name, rowsOf(tensor, rows));
    return some;
}

/// The value for all samples, some at a time.
Tensor valueOf(Network &network, const Values &inputs, const std::string &value, const JobContext &ctx)
{
    const auto count = static_cast<size_t>(inputs.begin()->second.shape.front());
    Tensor all;
    size_t done = 0;
    for (size_t first = 0; first < count; first += batchSize) {
        ctx.throwIfCancelled();
        std::vector<size_t> rows(std::min(batchSize, count - first));
        for (size_t i = 0; i < rows.size(); ++i)
            rows[i] = first + i;
        const Tensor part = network.run(rowsOf(inputs, rows), {value}).front();
        if (first == 0) {
            Shape shape = part.shape;
            if (shape.empty() || shape.front() != static_cast<int64_t>(rows.size()))
                throw Error(ErrorCode::Unsupported,
                            Message::tr("For {} samples \"{}\" is {}: the graph takes "
                                        "no batches.",
                                        rows.size(), value, shapeText(shape)));
            shape.front() = static_cast<int64_t>(count);
            all = makeTensor(part.type, shape);
        }
        std::memcpy(all.bytes.data() + done, part.bytes.data(), part.bytes.size());
        done += part.bytes.size();
    }
    return all;
}

/// What goes into a block, for samples to learn from and samples that judge.
struct Side {
    Values student, teacher;
    Tensor wanted; ///< what the teacher's block gives
};

class Blocks {
public:
    Blocks(Engine &engine, const CompressedModel &start, const TrainingData &data, uint64_t seed,
           const JobContext &ctx, TrainingPause *pause, int64_t memory)
        : m_student(studentOf(start)),
          m_network(engine.network(m_student.task.model, m_student.task.trainable)),
          m_teacher(engine.network(anyBatch(start.source), {})), m_seed(seed), m_ctx(ctx), m_pause(pause),
          m_memory(memory)
    {
        for (const WeightForm &form : m_student.task.trainable.weights)
            m_weights.push_back(form.constant);
        m_ends = blockEnds(start.source, m_weights);
        choose(data);
    }

    BlockResult run(const CompressedModel &start, double seconds, const Tuning::Source &source)
    {
        BlockResult result{start, {}};
        const Stopwatch watch(m_pause);
        for (size_t i = 0; i < m_ends.size(); ++i) {
            const double left = seconds - watch.seconds();
            if (left <= 0)
                break;
            m_seconds = left / static_cast<double>(m_ends.size() - i);
            m_ctx.checkpoint(static_cast<double>(i) / static_cast<double>(m_ends.size()),
                             Message::tr("block {} of {}", i + 1, m_ends.size()));
            if (const auto outcome = learn(m_ends[i]))
                result.blocks.push_back(*outcome);
            for (Side *side : {&m_training, &m_heldOut}) {
                side->student = {{m_ends[i], valueOf(*m_network, side->student, m_ends[i], m_ctx)}};
                side->teacher = {{m_ends[i], std::move(side->wanted)}};
            }
        }
        result.model = withLearned(m_student, *m_network, start, source);
        return result;
    }

private:
    void choose(const TrainingData &data)
    {
        std::vector<size_t> training = data.training(), heldOut = data.validation();
        const std::vector<size_t> order = shuffledOrder(training.size(), m_seed);
        std::vector<size_t> mixed;
        for (const size_t place : order)
            mixed.push_back(training[place]);
        if (heldOut.empty()) {
            const size_t share = std::max<size_t>(1, mixed.size() / 5);
            heldOut.assign(mixed.end() - static_cast<long>(share), mixed.end());
            mixed.resize(mixed.size() - share);
        }
        const int64_t largest = largestValue(data), each = valuesAtOnce * largest;
        const auto fit = static_cast<size_t>(m_memory / each);
        if (fit < fewest)
            throw Error(ErrorCode::OutOfMemory,
                        Message::tr("Training block by block takes {} MB at least, but {} MB are left.",
                                    static_cast<int64_t>(fewest) * each / megabyte + 1, m_memory / megabyte));
        heldOut.resize(std::min({heldOut.size(), mostHeldOut, fit / 4}));
        mixed.resize(std::min({mixed.size(), most, fit - heldOut.size(),
                               std::max(batchSize, static_cast<size_t>(bytesOfValue / largest))}));
        m_training.student = m_training.teacher = data.inputs(mixed, {}, m_ctx);
        m_heldOut.student = m_heldOut.teacher = data.inputs(heldOut, {}, m_ctx);
    }

    /// Bytes of one sample's largest value, inputs or between blocks.
    int64_t largestValue(const TrainingData &data) const
    {
        const Values one = data.inputs(std::span(data.training()).first(1), {}, m_ctx);
        int64_t inputs = 1, largest = 1;
        for (const auto &[name, input] : one)
            inputs += static_cast<int64_t>(input.bytes.size());
        for (const Tensor &value : m_teacher->run(one, m_ends))
            largest = std::max(largest, static_cast<int64_t>(value.bytes.size()));
        return std::max(inputs, largest);
    }

    /// Empty: nothing in the block is trained.
    std::optional<BlockOutcome> learn(const std::string &end)
    {
        const Stopwatch watch(m_pause);
        const std::set<std::string> own = constantsOf(end);
        for (Side *side : {&m_training, &m_heldOut})
            side->wanted = valueOf(*m_teacher, side->teacher, end, m_ctx);
        BlockOutcome outcome{end, 0, 0, 0, false};
        for (const std::string &weight : m_weights)
            outcome.weights += own.contains(weight);
        if (outcome.weights == 0)
            return {};
        Fixed fixed{{m_weights.begin(), m_weights.end()}, true, true};
        const auto &constants = m_student.task.trainable.constants;
        fixed.constants.insert(constants.begin(), constants.end());
        for (const std::string &name : own)
            fixed.constants.erase(name);
        m_network->setFixed(fixed);
        m_network->setOptimizer({Optimizer::Kind::Adam, 0.9, 0.9, 0.999, 0, 0, true});
        outcome.before = lossOnHeldOut(end);
        outcome.after = bestOf(end, outcome.before, m_seconds - watch.seconds());
        outcome.kept = outcome.after < outcome.before;
        m_done.insert(own.begin(), own.end());
        return outcome;
    }

    Batch batchOf(const Side &side, std::span<const size_t> rows) const
    {
        Batch batch;
        batch.inputs = rowsOf(side.student, rows);
        batch.features = {rowsOf(side.wanted, rows)};
        return batch;
    }

    static Loss lossAt(const std::string &end)
    {
        Loss loss;
        loss.output = end;
        loss.features = 1;
        loss.featureValues = {end};
        return loss;
    }

    double lossOnHeldOut(const std::string &end)
    {
        std::vector<size_t> rows(static_cast<size_t>(m_heldOut.wanted.shape.front()));
        for (size_t i = 0; i < rows.size(); ++i)
            rows[i] = i;
        return m_network->evaluate(batchOf(m_heldOut, rows), lossAt(end)).total;
    }

    /// Learns until the seconds are over, or nothing better comes; the best epoch is kept.
    /// @param loss on held-out samples before @returns the least one after an epoch; that of the first, where
    /// none is better than before
    double bestOf(const std::string &end, double loss, double seconds)
    {
        const Stopwatch watch(m_pause);
        std::string state = m_network->state();
        double best = loss, first = loss;
        int worse = 0;
        for (int epoch = 0; epoch < mostEpochs && worse < patience && watch.seconds() < seconds; ++epoch) {
            const double part = std::max(static_cast<double>(epoch) / mostEpochs, watch.seconds() / seconds);
            learnEpoch(end, epoch, rate * (1 - 0.9 * part));
            const double now = lossOnHeldOut(end);
            first = epoch == 0 ? now : first;
            if (now < best) {
                best = now;
                state = m_network->state();
                worse = 0;
            } else {
                ++worse;
            }
        }
        m_network->setState(state);
        return best < loss ? best : first;
    }

    void learnEpoch(const std::string &end, int epoch, double rate)
    {
        const auto count = static_cast<size_t>(m_training.wanted.shape.front());
        const size_t size = std::min(batchSize, count);
        const std::vector<size_t> order =
            shuffledOrder(count, Chance::mixed(m_seed, static_cast<uint64_t>(epoch)));
        for (size_t first = 0; first + size <= count; first += size) {
            m_ctx.throwIfCancelled();
            if (m_pause != nullptr)
                m_pause->wait(m_ctx.stop);
            m_network->step(batchOf(m_training, std::span(order).subspan(first, size)), lossAt(end), rate);
        }
    }

    /// What is trained on the way to the value, and in no block before.
    std::set<std::string> constantsOf(const std::string &end) const
    {
        const Model &model = m_student.task.model;
        const GraphIndex &index = *model.content().index;
        std::set<std::string> seen, own;
        std::vector<std::string> open{end};
        while (!open.empty()) {
            const std::string name = open.back();
            open.pop_back();
            if (!seen.insert(name).second)
                continue;
            const auto made = index.find(0, name);
            if (made && made->kind == Definition::Kind::Node && index.node(*made).op_type() != "Constant")
                open.insert(open.end(), index.node(*made).input().begin(), index.node(*made).input().end());
            else if (!m_done.contains(name))
                own.insert(name);
        }
        std::set<std::string> trained(m_weights.begin(), m_weights.end());
        trained.insert(m_student.task.trainable.constants.begin(), m_student.task.trainable.constants.end());
        std::erase_if(own, [&](const std::string &name) { return !trained.contains(name); });
        return own;
    }

    const Student m_student;
    const std::unique_ptr<Network> m_network, m_teacher;
    const uint64_t m_seed;
    const JobContext m_ctx;
    TrainingPause *const m_pause;
    const int64_t m_memory;
    std::vector<std::string> m_weights, m_ends;
    std::set<std::string> m_done;
    double m_seconds = 0; ///< for the block that learns
    Side m_training, m_heldOut;
};

} // namespace

std::vector<std::string> blockEnds(const Model &model, const std::vector<std::string> &weights)
{
    const std::string scores = scoresOf(model).value;
    const GraphView &view = *model.content().view;
    const onnx::GraphProto &graph = model.content().proto.graph();
    std::map<std::string, int> reads; ///< of computed values, by nodes to come
    for (const onnx::NodeProto &node : graph.node())
        for (const std::string &input : node.input())
            ++reads[input];
    std::set<std::string> computed, live;
    for (const ValueInfo &input : model.inputs()) {
        computed.insert(input.name);
        live.insert(input.name);
    }
    std::vector<std::string> ends;
    std::string candidate; ///< the last place behind a weight that everything passes through
    bool hasWeight = false;
    for (const int at : view.order(0)) {
        const onnx::NodeProto &node = graph.node(at);
        bool isComputed = false, takesWeight = false;
        for (const std::string &input : node.input()) {
            isComputed |= computed.contains(input);
            takesWeight |= std::ranges::find(weights, input) != weights.end();
            if (--reads[input] == 0)
                live.erase(input);
        }
        if (takesWeight && !candidate.empty()) { // what comes without a weight belongs to the block before
            ends.push_back(std::exchange(candidate, {}));
            hasWeight = false;
        }
        hasWeight |= takesWeight;
        if (!isComputed)
            continue;
        for (const std::string &output : node.output())
            if (!output.empty()) {
                computed.insert(output);
                if (reads[output] > 0)
                    live.insert(output);
            }
        if (node.output(0) == scores)
            break;
        if (hasWeight && live.size() == 1 && *live.begin() == node.output(0))
            candidate = node.output(0);
    }
    if (hasWeight)
        ends.push_back(scores);
    return ends;
}

BlockResult recoverBlocks(Engine &engine, const CompressedModel &start, const TrainingData &data,
                          double seconds, uint64_t seed, const JobContext &ctx, TrainingPause *pause,
                          int64_t memory)
{
    return Blocks(engine, start, data, seed, ctx, pause, memory)
        .run(start, seconds, learnedOn("trained block by block", data));
}

} // namespace lathe::train
