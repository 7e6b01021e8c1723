#include "core/train/recoverstudent.h"

#include "core/base/error.h"
#include "core/model/proto.h"
#include "core/onnx/constants.h"
#include "core/recover/tunedmodel.h"

#include <algorithm>
#include <fmt/format.h>

namespace lathe::train {
namespace {

/// A layer that begins with a shift has its bias in another constant, and the one before is read no more.
void addConstants(Trainable &trainable, const Parts &parts, const std::vector<LayerShift> &shifts)
{
    for (const auto *names : {&parts.biases, &parts.normalizations})
        trainable.constants.insert(trainable.constants.end(), names->begin(), names->end());
    for (const LayerShift &shift : shifts)
        if (std::ranges::find(trainable.constants, shift.constant) == trainable.constants.end())
            trainable.constants.push_back(shift.constant);
}

bool isSame(const Tensor &tensor, const onnx::TensorProto &before, const Model::Content &content)
{
    const Tensor old = readTensor(before, content);
    return old.type == tensor.type && old.bytes == tensor.bytes;
}

bool isComputed(const Model &model, const std::string &value)
{
    const auto found = model.content().index->find(0, value);
    return found && found->kind == Definition::Kind::Node &&
           model.content().index->node(*found).op_type() != "Constant";
}

/// A shape that begins with the size of the batch begins with "as many as come in".
void openShape(onnx::ModelProto &proto, const std::string &name, int64_t fixed, const Model &model)
{
    const ConstantSite site = findConstant(proto, name);
    if (site.graph == nullptr)
        return;
    onnx::TensorProto *stored = nullptr;
    if (site.initializer >= 0)
        stored = site.graph->mutable_initializer(site.initializer);
    else
        for (auto &attribute : *site.graph->mutable_node(site.constantNode)->mutable_attribute())
            stored = attribute.has_t() ? attribute.mutable_t() : stored;
    if (stored == nullptr)
        return;
    Tensor shape = readTensor(*stored, model.content());
    if (shape.type != ElementType::Int64 || shape.bytes.empty() || shape.as<int64_t>()[0] != fixed)
        return;
    shape.as<int64_t>()[0] = 0;
    *stored = makeTensorProto(stored->name(), shape);
}

/// Where channels or blocks are missing, all that is left learns.
Encoding plainEncoding(const Matrix &weight)
{
    return MatrixEncoding{weight.rows(), weight.cols(), {}, DenseValues{weight}};
}

} // namespace

Student studentOf(const CompressedModel &compressed, bool oneByOne)
{
    const Model trained = withConstants(compressed.source, compressed.constants());
    const Model values = oneByOne ? trained : anyBatch(trained);
    std::vector<Vector> shifts(compressed.layers.size());
    for (size_t i = 0; i < shifts.size(); ++i)
        if (!compressed.source.layers()[i].tiedTo)
            shifts[i] = compressed.layers[i].code.biasShift;
    ShiftedModel shifted = withShifts(values, shifts);
    Student student{{std::move(shifted.model), {}, {}, {}, nullptr, {}}, {}, std::move(shifted.shifts)};
    TrainingTask &task = student.task;
    task.parts = partsOf(task.model);
    for (const Parts::Weight &weight : task.parts.weights) {
        const LayerCode &code = compressed.layers[weight.layer].code;
        if (!code.weight && !isNarrower(compressed))
            continue;
        const Matrix plain = compressed.source.weight(weight.layer);
        task.trainable.weights.push_back({weight.constant, task.model.layers()[weight.layer].layout,
                                          code.weight ? *code.weight : plainEncoding(plain), plain});
        student.layers.push_back(weight.layer);
    }
    if (student.layers.empty())
        throw Error(ErrorCode::InvalidArgument,
                    Message::tr("The recipe changes no layer, so there is nothing to recover."));
    addConstants(task.trainable, task.parts, student.shifts);
    task.trainable.batchStatistics = !task.parts.statistics.empty();
    task.trainable.drops = true;
    task.trainable.oneByOne = oneByOne;
    return student;
}

bool takesBatches(const Engine &engine, const Model &model, const TrainingData &data, const JobContext &ctx)
{
    const std::vector<size_t> &all = data.training();
    const std::vector<size_t> two{all.front(), all.back()};
    const auto inputs = data.inputs(two, {}, ctx);
    const auto network = engine.network(anyBatch(model), {});
    try {
        const Scores scores = scoresOf(model);
        const Shape given = network->run(inputs, {scores.value}).front().shape;
        const bool isEach = !given.empty() && given.front() == 2;
        return isEach && (scores.classes == 0 || elementCount(given) == 2 * scores.classes);
    } catch (const Cancelled &) {
        throw;
    } catch (const std::exception &) { // shapes that do not fit, as the engine's library says it
        return false;
    }
}

CompressedModel withLearned(const Student &student, const Network &network, const CompressedModel &start,
                            Tuning::Source learned)
{
    CompressedModel model = start;
    const std::vector<Encoding> weights = network.weights();
    for (size_t i = 0; i < student.layers.size(); ++i)
        model.layers[student.layers[i]].code.weight = std::make_shared<const Encoding>(weights[i]);
    const std::map<std::string, Tensor> constants = network.constants();
    std::set<std::string> own;
    for (const LayerShift &shift : student.shifts) {
        own.insert(shift.constant);
        const std::vector<float> now = toFloats(constants.at(shift.constant));
        Vector &sum = model.layers[shift.layer].code.biasShift;
        for (Index row = 0; row < sum.size(); ++row)
            sum[row] += now[static_cast<size_t>(row)] - shift.values[static_cast<size_t>(row)];
    }
    for (size_t i = 0; i < model.layers.size(); ++i)
        if (const auto tied = model.source.layers()[i].tiedTo)
            model.layers[i].code = model.layers[*tied].code;
    Tuning::Constants changed = start.constants();
    onnx::ModelProto source = start.source.content().proto;
    for (const auto &[name, tensor] : constants) {
        const ConstantSite site = own.contains(name) ? ConstantSite{} : findConstant(source, name);
        if (site.graph == nullptr)
            continue;
        const auto found = start.source.content().index->find(0, name);
        const auto info = found ? constantInfo(*start.source.content().index, *found) : std::nullopt;
        if (!info)
            continue;
        Tensor typed = fromFloats(info->type, tensor.shape, toFloats(tensor));
        if (site.initializer < 0 || changed.contains(name) ||
            !isSame(typed, site.graph->initializer(site.initializer), start.source.content()))
            changed.insert_or_assign(name, std::move(typed));
    }
    model.tuning = tuningOf(model, start, changed, std::move(learned));
    return model;
}

Tuning::Source learnedOn(std::string_view how, const TrainingData &data)
{
    return {fmt::format("{} on {}", how, data.dataset().description().text()),
            std::set{data.dataset().name()}};
}

Model anyBatch(const Model &model)
{
    const auto isFixed = [](const ValueInfo &input) { return !input.shape.empty() && input.shape[0] > 0; };
    if (model.inputs().empty() || !std::ranges::all_of(model.inputs(), isFixed))
        return model;
    const int64_t fixed = model.inputs().front().shape[0];
    onnx::ModelProto proto = model.content().proto;
    onnx::GraphProto &graph = *proto.mutable_graph();
    const auto open = [](onnx::ValueInfoProto &value) {
        auto &shape = *value.mutable_type()->mutable_tensor_type()->mutable_shape();
        if (shape.dim_size() > 0)
            shape.mutable_dim(0)->set_dim_param("N");
    };
    for (onnx::ValueInfoProto &input : *graph.mutable_input())
        if (std::ranges::find(model.inputs(), input.name(), &ValueInfo::name) != model.inputs().end())
            open(input);
    std::ranges::for_each(*graph.mutable_output(), open);
    graph.clear_value_info();
    for (const onnx::NodeProto &node : model.content().proto.graph().node()) {
        if (node.op_type() == "Reshape" && node.input_size() > 1 && isComputed(model, node.input(0)))
            openShape(proto, node.input(1), fixed, model);
    }
    return modelFromProto(std::move(proto), model);
}

} // namespace lathe::train
