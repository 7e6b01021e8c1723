#include "core/runtime/session.h"

#include "core/base/fileio.h"
#include "core/base/temporaryfolder.h"
#include "core/model/proto.h"
#include "core/runtime/errortext.h"
#include "core/runtime/memorycounter.h"
#include "core/runtime/profilednames.h"
#include "core/runtime/sessionmodel.h"
#include "core/runtime/simplified.h"

#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>
#include <mutex>
#include <numeric>
#include <onnxruntime_cxx_api.h>
#include <onnxruntime_run_options_config_keys.h>
#include <onnxruntime_session_options_config_keys.h>

namespace lathe {
namespace {

/// From release 1.29 on the runtime tells its maker over the network about the models that it runs, and keeps
/// an identifier for that in the user's home, unless this is set when it starts. Models are their owners'
/// business. Before main(), as the environment of a process may not change once there are threads.
[[maybe_unused]] const bool tellsNobody = setenv("ORT_DISABLE_TELEMETRY", "1", 1) == 0;

Ort::Env &environment()
{
    // Never destroyed: sessions of worker threads may outlive main(). Silent: every failure reaches the user
    // as an Error.
    static Ort::Env &env = *new Ort::Env(ORT_LOGGING_LEVEL_FATAL, "lathe");
    return env;
}

/// Known to the environment from the first call on, and for good, as the environment is.
MemoryCounter &memoryCounter()
{
    static MemoryCounter &counter = *[] {
        auto *made = new MemoryCounter;
        Ort::ThrowOnError(Ort::GetApi().RegisterAllocator(environment(), made));
        return made;
    }();
    return counter;
}

Error translated(const Ort::Exception &exception, const Message &doing)
{
    const std::string_view what = exception.what();
    const bool memory = what.find("bad_alloc") != std::string_view::npos ||
                        what.find("Failed to allocate memory") != std::string_view::npos;
    return Error(memory ? ErrorCode::OutOfMemory : ErrorCode::Unsupported,
                 Message::tr("ONNX Runtime cannot {}: {}", doing, runtimeSentence(what)));
}

const Ort::MemoryInfo &cpuMemory()
{
    static const Ort::MemoryInfo info = Ort::MemoryInfo::CreateCpu(OrtDeviceAllocator, OrtMemTypeDefault);
    return info;
}

size_t storedBytes(ElementType type, int64_t count)
{
    return (static_cast<size_t>(count) * static_cast<size_t>(elementBits(type)) + 7) / 8;
}

ValueInfo describe(std::string name, const Ort::TypeInfo &type)
{
    ValueInfo info;
    info.name = std::move(name);
    if (type.GetONNXType() != ONNX_TYPE_TENSOR)
        return info;
    const auto tensor = type.GetTensorTypeAndShapeInfo();
    info.type =
        static_cast<ElementType>(tensor.GetElementType()); // ONNX Runtime numbers its types as ONNX does
    info.shape = tensor.GetShape();
    info.hasShape = true;
    std::vector<const char *> symbols(info.shape.size());
    tensor.GetSymbolicDimensions(symbols.data(), symbols.size());
    info.dimensionNames.assign(symbols.begin(), symbols.end());
    return info;
}

/// ONNX Runtime shows a value without declared shape as a scalar; the model knows better.
void markShapeless(std::vector<ValueInfo> &values, const std::vector<ValueInfo> &declared)
{
    for (ValueInfo &value : values) {
        const auto match = std::ranges::find(declared, value.name, &ValueInfo::name);
        if (value.shape.empty() && match != declared.end() && !match->hasShape)
            value.hasShape = false;
    }
}

std::vector<std::string> splitStrings(std::span<const std::byte> bytes, size_t count)
{
    std::vector<std::string> strings(count);
    size_t current = 0;
    for (const std::byte b : bytes) {
        if (b == std::byte{0})
            ++current;
        else if (current < count)
            strings[current] += static_cast<char>(b);
    }
    return strings;
}

Ort::Value stringValue(const TensorView &view)
{
    const Ort::AllocatorWithDefaultOptions allocator;
    Ort::Value value = Ort::Value::CreateTensor(allocator, view.shape.data(), view.shape.size(),
                                                ONNX_TENSOR_ELEMENT_DATA_TYPE_STRING);
    const auto strings = splitStrings(view.bytes, static_cast<size_t>(elementCount(view.shape)));
    for (size_t i = 0; i < strings.size(); ++i)
        value.FillStringTensorElement(strings[i].c_str(), i);
    return value;
}

Ort::Value borrowedValue(ElementType type, const Shape &shape, std::span<const std::byte> bytes)
{
    // The runtime takes a plain pointer but does not write into inputs and initializers.
    return Ort::Value::CreateTensor(cpuMemory(), const_cast<std::byte *>(bytes.data()), bytes.size(),
                                    shape.data(), shape.size(), static_cast<ONNXTensorElementDataType>(type));
}

Tensor takeStrings(const Ort::Value &value, Tensor tensor)
{
    for (size_t i = 0; i < static_cast<size_t>(tensor.count()); ++i) {
        const std::string text = value.GetStringTensorElement(i);
        const auto bytes = std::as_bytes(std::span(text));
        if (i > 0)
            tensor.bytes.push_back(std::byte{0});
        tensor.bytes.insert(tensor.bytes.end(), bytes.begin(), bytes.end());
    }
    return tensor;
}

Tensor take(const Ort::Value &value)
{
    Tensor tensor;
    if (!value.HasValue() || !value.IsTensor())
        return tensor;
    const auto info = value.GetTensorTypeAndShapeInfo();
    tensor.type = static_cast<ElementType>(info.GetElementType());
    tensor.shape = info.GetShape();
    if (tensor.type == ElementType::String)
        return takeStrings(value, std::move(tensor));
    const auto *data = static_cast<const std::byte *>(value.GetTensorRawData());
    tensor.bytes.assign(data, data + storedBytes(tensor.type, tensor.count()));
    return tensor;
}

TensorView viewOf(const Ort::Value &value)
{
    TensorView view;
    if (!value.HasValue() || !value.IsTensor())
        return view;
    const auto info = value.GetTensorTypeAndShapeInfo();
    view.type = static_cast<ElementType>(info.GetElementType());
    view.shape = info.GetShape();
    if (view.type != ElementType::String)
        view.bytes = {static_cast<const std::byte *>(value.GetTensorRawData()),
                      storedBytes(view.type, elementCount(view.shape))};
    return view;
}

bool fits(const Shape &declared, const Shape &fed)
{
    return std::ranges::equal(declared, fed,
                              [](int64_t want, int64_t have) { return want < 0 || want == have; });
}

void checkFeed(const ValueInfo &input, const TensorView &feed)
{
    if (input.type == ElementType::Undefined)
        throw Error(ErrorCode::InvalidArgument,
                    Message::tr("Input \"{}\" is not a dense tensor and cannot be fed.", input.name));
    if (feed.type != input.type || (input.hasShape && !fits(input.shape, feed.shape)))
        throw Error(ErrorCode::InvalidArgument,
                    Message::tr("Input \"{}\" takes {} {} but was given {} {}.", input.name,
                                elementTypeName(input.type),
                                input.hasShape ? Message::verbatim(shapeText(input.shape))
                                               : Message::tr("of any shape"),
                                elementTypeName(feed.type), shapeText(feed.shape)));
    const int64_t count = elementCount(feed.shape);
    if (count < 0 || (feed.type != ElementType::String && feed.bytes.size() != storedBytes(feed.type, count)))
        throw Error(ErrorCode::InvalidArgument,
                    Message::tr("Input \"{}\" was given {} bytes for {} {}.", input.name, feed.bytes.size(),
                                elementTypeName(feed.type), shapeText(feed.shape)));
}

Ort::SessionOptions runtimeOptions(const SessionOptions &options)
{
    Ort::SessionOptions result;
    result.SetLogSeverityLevel(ORT_LOGGING_LEVEL_FATAL);
    result.SetIntraOpNumThreads(options.threads);
    // Waiting threads sleep: several runs may share the machine, and so does the window.
    result.AddConfigEntry(kOrtSessionOptionsConfigAllowIntraOpSpinning, "0");
    result.AddConfigEntry("session.qdq_matmulnbits_accuracy_level", "1"); // else inputs are rounded too
    if (options.countsMemory) {
        memoryCounter();
        result.DisableCpuMemArena();
        result.AddConfigEntry(kOrtSessionOptionsConfigUseEnvAllocators, "1");
    }
    if (!options.profilePrefix.empty()) {
        result.EnableProfiling(options.profilePrefix.c_str());
        result.SetGraphOptimizationLevel(GraphOptimizationLevel::ORT_ENABLE_BASIC);
    }
    if (!options.integerKernels)
        result.AddConfigEntry("session.disable_quant_qdq", "1");
    if (!options.optimize)
        result.SetGraphOptimizationLevel(GraphOptimizationLevel::ORT_DISABLE_ALL);
    return result;
}

/// @param model its bytes outside have to stay as long as the session
Ort::Session opened(const SessionModel &model, Ort::SessionOptions options)
{
    std::vector<std::string> names;
    std::vector<Ort::Value> values;
    for (const auto &tensor : model.outside) {
        names.push_back(tensor.name);
        values.push_back(borrowedValue(tensor.type, tensor.shape, tensor.bytes));
    }
    if (!names.empty())
        options.AddExternalInitializers(names, values);
    return {environment(), model.bytes.data(), model.bytes.size(), options};
}

/// The runtime itself leaves nodes without a name without one.
void nameNodes(SessionModel &form)
{
    onnx::ModelProto proto;
    proto.ParseFromString(form.bytes);
    const std::vector<std::string> names = profiledNames(proto.graph());
    for (int i = 0; i < proto.graph().node_size(); ++i)
        proto.mutable_graph()->mutable_node(i)->set_name(names[static_cast<size_t>(i)]);
    form.bytes = proto.SerializeAsString();
}

Error notLoaded(const Ort::Exception &exception, const Model &model)
{
    const std::string file = model.path().filename().string();
    return translated(exception, file.empty() ? Message::tr("load the model") : Message::tr("load {}", file));
}

} // namespace

struct Session::Impl {
    Model model; ///< keeps the bytes of tensors outside the serialized model alive, with the next
    std::vector<SessionModel::OutsideTensor> outside;
    mutable Ort::Session session{nullptr};
    std::vector<ValueInfo> inputs;
    std::vector<ValueInfo> outputs;
    bool mixesBatch = false;

    explicit Impl(const Model &m) : model(m) {}
    void create(const SessionOptions &options);
    void describeValues(const std::vector<std::string> &extraOutputs);
    std::vector<Ort::Value> run(std::span<const size_t> wanted, std::span<const TensorView> feeds,
                                const JobContext &ctx, RunMemory memory) const;
};

void Session::Impl::create(const SessionOptions &options)
{
    SessionModel form = makeSessionModel(model, options.extraOutputs);
    if (!options.profilePrefix.empty())
        nameNodes(form);
    session = opened(form, runtimeOptions(options));
    outside = std::move(form.outside);
}

void Session::Impl::describeValues(const std::vector<std::string> &extraOutputs)
{
    const Ort::AllocatorWithDefaultOptions allocator;
    for (size_t i = 0; i < session.GetInputCount(); ++i)
        inputs.push_back(
            describe(session.GetInputNameAllocated(i, allocator).get(), session.GetInputTypeInfo(i)));
    std::map<std::string, ValueInfo> given; // by name: a file may list an output twice
    for (size_t i = 0; i < session.GetOutputCount(); ++i) {
        const std::string name = session.GetOutputNameAllocated(i, allocator).get();
        given.try_emplace(name, describe(name, session.GetOutputTypeInfo(i)));
    }
    for (const ValueInfo &output : model.outputs())
        outputs.push_back(given.at(output.name));
    for (const std::string &name : extraOutputs)
        outputs.push_back(given.at(name));
    markShapeless(inputs, model.inputs());
    markShapeless(outputs, model.outputs());
    mixesBatch = std::ranges::any_of(model.operatorCounts(), [](const auto &entry) {
        return entry.first.find("DynamicQuantize") != std::string::npos;
    });
}

namespace {

/// Users of the counter's peak and limit.
std::mutex &oneAfterTheOther()
{
    static std::mutex mutex;
    return mutex;
}

} // namespace

MemoryLimit::MemoryLimit(int64_t bytes)
{
    oneAfterTheOther().lock();
    memoryCounter().allow(bytes);
}

MemoryLimit::~MemoryLimit()
{
    memoryCounter().allowAll();
    oneAfterTheOther().unlock();
}

int64_t peakActivationBytes(const Model &model, std::span<const TensorView> feeds, const JobContext &ctx)
{
    const std::lock_guard lock(oneAfterTheOther());
    SessionOptions options;
    options.countsMemory = true;
    const Session session(model, options);
    memoryCounter().startPeak();
    const int64_t before = memoryCounter().peak();
    session.run(feeds, ctx);
    return memoryCounter().peak() - before;
}

Session::Session(const Model &model, const SessionOptions &options) : m_impl(std::make_unique<Impl>(model))
{
    try {
        m_impl->create(options);
        m_impl->describeValues(options.extraOutputs);
    } catch (const Ort::Exception &e) {
        throw notLoaded(e, model);
    }
}

Session::~Session() = default;
Session::Session(Session &&) noexcept = default;
Session &Session::operator=(Session &&) noexcept = default;

bool Session::mixesBatch() const
{
    return m_impl->mixesBatch;
}

const std::vector<ValueInfo> &Session::inputs() const
{
    return m_impl->inputs;
}

const std::vector<ValueInfo> &Session::outputs() const
{
    return m_impl->outputs;
}

std::string Session::finishProfile()
{
    const Ort::AllocatorWithDefaultOptions allocator;
    return m_impl->session.EndProfilingAllocated(allocator).get();
}

std::vector<Tensor> Session::run(std::span<const TensorView> feeds, const JobContext &ctx,
                                 RunMemory memory) const
{
    std::vector<size_t> all(outputs().size());
    std::iota(all.begin(), all.end(), size_t(0));
    return runFor(all, feeds, ctx, memory);
}

std::vector<Ort::Value> Session::Impl::run(std::span<const size_t> wanted, std::span<const TensorView> feeds,
                                           const JobContext &ctx, RunMemory memory) const
{
    ctx.throwIfCancelled();
    if (feeds.size() != inputs.size())
        throw Error(ErrorCode::InvalidArgument,
                    Message::tr("The model takes {} inputs but was given {}.", inputs.size(), feeds.size()));
    try {
        std::vector<const char *> inputNames, outputNames;
        std::vector<Ort::Value> values;
        for (size_t i = 0; i < feeds.size(); ++i) {
            checkFeed(inputs[i], feeds[i]);
            inputNames.push_back(inputs[i].name.c_str());
            values.push_back(feeds[i].type == ElementType::String
                                 ? stringValue(feeds[i])
                                 : borrowedValue(feeds[i].type, feeds[i].shape, feeds[i].bytes));
        }
        for (const size_t index : wanted)
            outputNames.push_back(outputs.at(index).name.c_str());
        Ort::RunOptions options;
        if (memory == RunMemory::Freed)
            options.AddConfigEntry(kOrtRunOptionsConfigEnableMemoryArenaShrinkage, "cpu:0");
        const std::stop_callback cancel(ctx.stop, [&options] { options.SetTerminate(); });
        return session.Run(options, inputNames.data(), values.data(), values.size(), outputNames.data(),
                           outputNames.size());
    } catch (const Ort::Exception &e) {
        ctx.throwIfCancelled();
        throw translated(e, Message::tr("run the model"));
    }
}

std::vector<Tensor> Session::runFor(std::span<const size_t> wanted, std::span<const TensorView> feeds,
                                    const JobContext &ctx, RunMemory memory) const
{
    std::vector<Tensor> tensors;
    std::ranges::transform(m_impl->run(wanted, feeds, ctx, memory), std::back_inserter(tensors), take);
    return tensors;
}

struct RunValues::Impl {
    std::vector<Ort::Value> values;
};

RunValues::RunValues(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
RunValues::~RunValues() = default;
RunValues::RunValues(RunValues &&) noexcept = default;

std::vector<TensorView> RunValues::views() const
{
    std::vector<TensorView> views;
    std::ranges::transform(m_impl->values, std::back_inserter(views), viewOf);
    return views;
}

RunValues Session::runHeld(std::span<const TensorView> feeds, const JobContext &ctx) const
{
    std::vector<size_t> all(outputs().size());
    std::iota(all.begin(), all.end(), size_t(0));
    return RunValues(
        std::make_unique<RunValues::Impl>(RunValues::Impl{m_impl->run(all, feeds, ctx, RunMemory::Kept)}));
}

Model simplifiedByRuntime(const Model &model)
{
    const TemporaryFolder folder;
    const std::filesystem::path file = folder.path() / "simplified.onnx";
    Ort::SessionOptions options = runtimeOptions({});
    options.SetGraphOptimizationLevel(GraphOptimizationLevel::ORT_ENABLE_BASIC);
    options.SetOptimizedModelFilePath(file.c_str());
    try {
        const SessionModel form = makeSessionModel(model, {});
        opened(form, std::move(options));
    } catch (const Ort::Exception &e) {
        throw notLoaded(e, model);
    }
    onnx::ModelProto proto;
    if (!proto.ParseFromString(readFile(file)))
        throw Error(ErrorCode::Unsupported,
                    Message::tr("ONNX Runtime cannot write the model as it runs it."));
    return modelFromProto(std::move(proto), model);
}

std::string runtimeVersion()
{
    return "ONNX Runtime " + Ort::GetVersionString();
}

} // namespace lathe
