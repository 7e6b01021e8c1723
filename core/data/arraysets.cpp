// Data sets kept as arrays: IDX (images) and NumPy (tensors for the model's inputs).
#include "core/data/datasetsource.h"
#include "core/data/idx.h"
#include "core/data/npy.h"

#include "core/base/error.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace lathe {
namespace {

template <class T>
void appendLabels(const Tensor &tensor, std::vector<int> *labels)
{
    for (const T value : tensor.as<T>()) {
        const bool small = static_cast<long double>(value) >= -1 && static_cast<long double>(value) <= 1e9L;
        labels->push_back(small ? static_cast<int>(value) : -1); // -1 is refused by the check of the range
    }
}

/// Class indices from a one-dimensional array (or one column) of integers.
std::vector<int> labelsOf(const Tensor &tensor, const Message &source)
{
    std::vector<int> labels;
    const bool column = tensor.shape.size() == 2 && tensor.shape[1] == 1;
    if (tensor.shape.size() != 1 && !column)
        throw Error(ErrorCode::MalformedData,
                    Message::tr("{} has the shape {}; labels are one class index for each sample.", source,
                                shapeText(tensor.shape)));
    switch (tensor.type) {
    case ElementType::UInt8:
        appendLabels<uint8_t>(tensor, &labels);
        break;
    case ElementType::Int8:
        appendLabels<int8_t>(tensor, &labels);
        break;
    case ElementType::UInt16:
        appendLabels<uint16_t>(tensor, &labels);
        break;
    case ElementType::Int16:
        appendLabels<int16_t>(tensor, &labels);
        break;
    case ElementType::UInt32:
        appendLabels<uint32_t>(tensor, &labels);
        break;
    case ElementType::Int32:
        appendLabels<int32_t>(tensor, &labels);
        break;
    case ElementType::UInt64:
        appendLabels<uint64_t>(tensor, &labels);
        break;
    case ElementType::Int64:
        appendLabels<int64_t>(tensor, &labels);
        break;
    default:
        throw Error(ErrorCode::MalformedData, Message::tr("{} holds {} values; labels are whole numbers.",
                                                          source, elementTypeName(tensor.type)));
    }
    return labels;
}

void checkCounts(const Message &labelSource, size_t labels, size_t samples)
{
    if (labels != samples)
        throw Error(ErrorCode::MalformedData,
                    Message::tr("{} holds {} labels for {} samples.", labelSource, labels, samples));
}

struct IdxSource : Dataset::Source {
    Tensor images; ///< uint8 [samples, height, width]
    size_t size() const override { return static_cast<size_t>(images.shape[0]); }
    Image image(size_t index, const JobContext &) const override
    {
        Image result{static_cast<int>(images.shape[2]), static_cast<int>(images.shape[1]), 1, {}};
        const auto pixels = static_cast<size_t>(images.shape[1] * images.shape[2]);
        const std::span<const uint8_t> from = images.as<uint8_t>().subspan(index * pixels, pixels);
        result.pixels.assign(from.begin(), from.end());
        return result;
    }
};

struct NumpySource : Dataset::Source {
    std::vector<std::pair<std::string, Tensor>> tensors;
    size_t size() const override { return static_cast<size_t>(tensors.front().second.shape[0]); }
    bool holdsImages() const override { return false; }
    Image image(size_t, const JobContext &) const override
    {
        throw Error(ErrorCode::InvalidArgument, Message::tr("{} holds arrays, not images.", description));
    }
    const std::vector<std::pair<std::string, Tensor>> &arrays() const override { return tensors; }
};

/// "x.npy", "data.npz" or "data.npz:array"
struct ArrayReference {
    std::filesystem::path file;
    std::string array;
    bool isNpz() const { return file.extension() == ".npz"; }
    Message text() const
    {
        return array.empty() ? Message::verbatim(file.string())
                             : Message::tr("{}, array \"{}\"", file.string(), array);
    }
};

ArrayReference parseReference(const DatasetDescription &description, const std::string &text)
{
    const size_t colon = text.rfind(".npz:");
    ArrayReference reference{description.folder() / text, {}};
    if (colon != std::string::npos)
        reference = {description.folder() / text.substr(0, colon + 4), text.substr(colon + 5)};
    if (!reference.isNpz() && reference.file.extension() != ".npy")
        description.refuse(Message::tr("names \"{}\", which is neither a .npy nor a .npz file", text));
    return reference;
}

Tensor readOne(const ArrayReference &reference, const std::string &defaultArray, const JobContext &ctx)
{
    if (!reference.isNpz())
        return readNpy(reference.file, ctx);
    return std::move(readNpz(reference.file, reference.array.empty() ? defaultArray : reference.array, ctx)
                         .front()
                         .second);
}

/// Fills tensors, and labels where they lie in the same .npz file.
void readInputs(const DatasetDescription &description, NumpySource *source, Message *labelSource,
                const JobContext &ctx)
{
    const nlohmann::json &inputs = description.value("inputs");
    if (inputs.is_object()) {
        for (const auto &[name, text] : inputs.items()) {
            if (!text.is_string())
                description.refuse(Message::tr("has no file name for the input \"{}\"", name));
            source->tensors.emplace_back(name, readOne(parseReference(description, text), name, ctx));
        }
        return;
    }
    const ArrayReference reference = parseReference(description, description.text("inputs"));
    if (!reference.isNpz() || !reference.array.empty()) {
        source->tensors.emplace_back("", readOne(reference, {}, ctx));
        return;
    }
    source->tensors = readNpz(reference.file, {}, ctx);
    const auto labels = std::ranges::find(source->tensors, "labels", &std::pair<std::string, Tensor>::first);
    if (labels == source->tensors.end())
        return;
    if (!description.has("labels")) {
        *labelSource = Message::tr("{}, array \"labels\"", reference.file.string());
        source->labels = labelsOf(labels->second, *labelSource);
    }
    source->tensors.erase(labels);
}

void checkSamples(const DatasetDescription &description, const NumpySource &source)
{
    if (source.tensors.empty())
        description.refuse(Message::tr("names no array of inputs"));
    for (const auto &[name, tensor] : source.tensors) {
        if (tensor.shape.empty() || tensor.shape[0] == 0)
            description.refuse(Message::tr("leads to an array \"{}\" of shape {}, which holds no samples",
                                           name, shapeText(tensor.shape)));
        if (tensor.shape[0] != source.tensors.front().second.shape[0])
            description.refuse(Message::tr(
                "leads to arrays with different numbers of samples: \"{}\" has {}, \"{}\" has {}", name,
                tensor.shape[0], source.tensors.front().first, source.tensors.front().second.shape[0]));
    }
}

} // namespace

std::shared_ptr<Dataset::Source> openIdx(const DatasetDescription &description, const JobContext &ctx)
{
    auto source = std::make_shared<IdxSource>();
    const auto imageFile = description.path("images");
    source->images = readIdx(imageFile, ctx);
    if (source->images.type != ElementType::UInt8 || source->images.shape.size() != 3 ||
        elementCount(source->images.shape) == 0)
        throw Error(ErrorCode::MalformedData,
                    Message::tr("{} holds {} {}; images are bytes [samples, height, width].",
                                imageFile.string(), elementTypeName(source->images.type),
                                shapeText(source->images.shape)));
    source->classes = description.classes();
    if (description.has("labels")) {
        const auto file = description.path("labels");
        const Message labelFile = Message::verbatim(file.string());
        source->labels = labelsOf(readIdx(file, ctx), labelFile);
        checkCounts(labelFile, source->labels.size(), source->size());
        checkLabels(*source, labelFile);
    }
    return source;
}

std::shared_ptr<Dataset::Source> openNumpy(const DatasetDescription &description, const JobContext &ctx)
{
    ctx.throwIfCancelled();
    auto source = std::make_shared<NumpySource>();
    Message labelSource;
    readInputs(description, source.get(), &labelSource, ctx);
    checkSamples(description, *source);
    source->classes = description.classes();
    if (description.has("labels")) {
        const ArrayReference reference = parseReference(description, description.text("labels"));
        labelSource = reference.text();
        source->labels = labelsOf(readOne(reference, "labels", ctx), labelSource);
    }
    if (!labelSource.empty()) {
        checkCounts(labelSource, source->labels.size(), source->size());
        checkLabels(*source, labelSource);
    }
    return source;
}

} // namespace lathe
