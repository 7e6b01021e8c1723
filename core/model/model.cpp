#include "core/model/model.h"

#include "core/base/error.h"
#include "core/base/fileio.h"
#include "core/base/inputfile.h"
#include "core/model/layerfinder.h"
#include "core/model/parameters.h"
#include "core/model/proto.h"
#include "core/model/weightpath.h"
#include "core/onnx/checks.h"
#include "core/onnx/graphindex.h"
#include "core/onnx/tensordata.h"

#include <algorithm>
#include <fmt/format.h>
#include <numeric>

namespace lathe {
namespace {

size_t editDistance(std::string_view a, std::string_view b)
{
    std::vector<size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), size_t{0});
    for (size_t i = 0; i < a.size(); ++i) {
        size_t diagonal = row[0];
        row[0] = i + 1;
        for (size_t j = 0; j < b.size(); ++j) {
            const size_t change = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({change, row[j] + 1, row[j + 1] + 1});
        }
    }
    return row.back();
}

std::string nearestNames(const std::vector<Layer> &layers, std::string_view name)
{
    std::vector<std::pair<size_t, std::string_view>> ranked;
    for (const Layer &layer : layers)
        ranked.emplace_back(editDistance(name, layer.name), layer.name);
    std::stable_sort(ranked.begin(), ranked.end(),
                     [](const auto &a, const auto &b) { return a.first < b.first; });
    std::string text;
    for (size_t i = 0; i < std::min<size_t>(3, ranked.size()); ++i)
        text += fmt::format("{}\"{}\"", i > 0 ? ", " : "", ranked[i].second);
    return text;
}

/// Known from the start for a file; else empty, as another thread may just be taking it.
std::string fileHash(const Model::Content &content)
{
    return content.path.empty() ? std::string() : content.hash;
}

/// The same content around the same shared proto.
std::shared_ptr<Model::Content> copyOf(const Model::Content &content)
{
    auto copy = std::make_shared<Model::Content>(content.owner);
    copy->label = content.label;
    copy->path = content.path;
    copy->folder = content.folder;
    copy->externalFiles = content.externalFiles;
    copy->index = content.index;
    copy->view = content.view;
    copy->fileBytes = content.fileBytes;
    copy->hash = fileHash(content);
    copy->inputs = content.inputs;
    copy->outputs = content.outputs;
    copy->opsets = content.opsets;
    copy->metadata = content.metadata;
    copy->layers = content.layers;
    copy->sites = content.sites;
    copy->products = content.products;
    copy->hasOtherWork = content.hasOtherWork;
    copy->issues = content.issues;
    return copy;
}

} // namespace

Model::Model(std::shared_ptr<const Content> content) : m_content(std::move(content)) {}

const std::filesystem::path &Model::path() const
{
    return m_content->path;
}

std::vector<std::filesystem::path> Model::dataFiles() const
{
    std::vector<std::filesystem::path> files;
    for (const auto &[location, file] : m_content->externalFiles)
        files.push_back(file->path());
    return files;
}

int64_t Model::fileBytes() const
{
    return m_content->fileBytes > 0 ? m_content->fileBytes : serializedBytes();
}

const std::string &Model::sha256() const
{
    std::call_once(m_content->hashOnce, [this] {
        if (m_content->hash.empty())
            m_content->hash = sha256Hex(m_content->proto.SerializeAsString());
    });
    return m_content->hash;
}

const std::vector<ValueInfo> &Model::inputs() const
{
    return m_content->inputs;
}

const std::vector<ValueInfo> &Model::outputs() const
{
    return m_content->outputs;
}

int64_t Model::irVersion() const
{
    return m_content->proto.ir_version();
}

int64_t Model::opset() const
{
    const auto standard = m_content->opsets.find("");
    return standard == m_content->opsets.end() ? 0 : standard->second;
}

const std::map<std::string, int64_t> &Model::opsets() const
{
    return m_content->opsets;
}

const std::string &Model::producer() const
{
    return m_content->proto.producer_name();
}

const std::map<std::string, std::string> &Model::metadata() const
{
    return m_content->metadata;
}

std::map<std::string, int> Model::operatorCounts() const
{
    std::map<std::string, int> counts;
    for (const NodeRef ref : m_content->index->nodes()) {
        const onnx::NodeProto &node = m_content->index->node(ref);
        ++counts[isStandardDomain(node.domain()) ? node.op_type()
                                                 : fmt::format("{}.{}", node.domain(), node.op_type())];
    }
    return counts;
}

const std::vector<Layer> &Model::layers() const
{
    return m_content->layers;
}

size_t Model::layerIndex(std::string_view name) const
{
    const std::vector<Layer> &all = layers();
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const Layer &layer) { return layer.name == name; });
    if (found != all.end())
        return static_cast<size_t>(found - all.begin());
    throw Error(ErrorCode::InvalidArgument,
                all.empty()
                    ? Message::tr("There is no layer \"{}\": {} has no layers.", name, m_content->label)
                    : Message::tr("There is no layer \"{}\"; the nearest names are {}.", name,
                                  nearestNames(all, name)));
}

Matrix Model::weight(size_t layer) const
{
    const Layer &info = layers().at(layer);
    if (!info.untouchable.empty())
        throw Error(ErrorCode::Unsupported,
                    Message::tr("Layer \"{}\" has no weight to work on: {}.", info.name, info.untouchable));
    const std::optional<Definition> root =
        m_content->index->find(m_content->sites[layer].graph, info.weightName);
    if (!root)
        throw Error(ErrorCode::Internal, Message::tr("The weight of layer \"{}\" is lost.", info.name));
    const Tensor constant =
        readConstant(*m_content->index, *root, m_content->externalFiles, m_content->label);
    if (constant.type == ElementType::Float32) // not copied once more
        return constantToMatrix(info.layout, constant.as<float>(), info.rows, info.cols);
    return constantToMatrix(info.layout, toFloats(constant), info.rows, info.cols);
}

int64_t Model::parameterCount() const
{
    return countParameters(*m_content).elements;
}

bool Model::hasMoreParameters() const
{
    return countParameters(*m_content).more;
}

std::optional<int64_t> Model::macs() const
{
    int64_t sum = macsOutsideLayers();
    for (const Layer &layer : layers()) {
        if (!layer.macs)
            return std::nullopt;
        sum += *layer.macs;
    }
    return sum;
}

int64_t Model::macsOutsideLayers() const
{
    int64_t sum = 0;
    for (const OtherProduct &product : m_content->products)
        sum += product.macs.value_or(0);
    return sum;
}

bool Model::hasMoreMacs() const
{
    return m_content->hasOtherWork ||
           std::any_of(m_content->products.begin(), m_content->products.end(),
                       [](const OtherProduct &product) { return !product.macs || product.repeated; });
}

Model Model::withLayerShapes(const std::map<std::string, Shape> &shapeOfValue) const
{
    const auto copy = copyOf(*m_content);
    completeLayers(*copy, {shapeOfValue.begin(), shapeOfValue.end()});
    return Model(copy);
}

Model Model::withIssue(Issue issue) const
{
    const auto copy = copyOf(*m_content);
    copy->issues.push_back(std::move(issue));
    return Model(copy);
}

Model withLayers(const Model &model, std::vector<Layer> layers, std::vector<LayerSite> sites)
{
    const auto copy = copyOf(model.content());
    copy->layers = std::move(layers);
    copy->sites = std::move(sites);
    return Model(copy);
}

const std::vector<Issue> &Model::issues() const
{
    return m_content->issues;
}

} // namespace lathe
