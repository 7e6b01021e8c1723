#include "core/compress/tuningfile.h"

#include "core/base/error.h"
#include "core/base/fileio.h"
#include "core/compress/tuningparts.h"
#include "core/data/shallowjson.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace lathe {
namespace {

using tuning::Arrays;
using tuning::Json;

constexpr const char *documentName = "tuning.json";
constexpr const char *versionKey = "lathe_tuning";

std::string layerPrefix(size_t index)
{
    return fmt::format("layers/{}/", index);
}

/// How NumPy holds values of a type that it does not have.
ElementType carrierOf(ElementType type)
{
    switch (type) {
    case ElementType::BFloat16:
        return ElementType::UInt16;
    case ElementType::Float8E4M3FN:
    case ElementType::Float8E4M3FNUZ:
    case ElementType::Float8E5M2:
    case ElementType::Float8E5M2FNUZ:
        return ElementType::UInt8;
    default:
        return type;
    }
}

Json originJson(const TuningOrigin &origin)
{
    Json json{{"source_sha256", origin.sourceSha256}, {"recipe_sha256", origin.recipeSha256}};
    if (!origin.planSha256.empty())
        json["plan_sha256"] = origin.planSha256;
    if (origin.seed)
        json["seed"] = *origin.seed;
    if (!origin.figures.empty())
        json["figures"] = Json::parse(origin.figures);
    return json;
}

class Writer {
public:
    explicit Writer(const TuningFile &file) : m_tuning(*file.tuning), m_json(originJson(file.origin)) {}

    NpzFile run()
    {
        m_json[versionKey] = tuningVersion;
        m_json["description"] = m_tuning.description();
        if (const auto &data = m_tuning.source().data)
            m_json["learned_from"] = *data;
        m_json["sha256"] = m_tuning.sha256();
        if (const auto &calibrated = m_tuning.calibrated())
            m_json["calibration"] = {{"data", calibrated->description}, {"sha256", calibrated->sha256}};
        if (!m_tuning.removed().empty())
            m_json["channels_removed"] = m_tuning.removed();
        m_json["layers"] = Json::array();
        for (size_t i = 0; i < m_tuning.layers().size(); ++i)
            if (const TunedLayer *layer = m_tuning.layer(i))
                m_json["layers"].push_back(layerJson(i, *layer));
        m_json["constants"] = Json::array();
        for (const auto &[name, tensor] : m_tuning.constants())
            addConstant(name, tensor);
        m_file.texts.emplace_back(documentName, m_json.dump(1, ' ', true, Json::error_handler_t::replace));
        return std::move(m_file);
    }

private:
    Json layerJson(size_t index, const TunedLayer &layer)
    {
        const std::string prefix = layerPrefix(index);
        Json json = tuning::codeJson(layer.code, prefix, m_file);
        json["index"] = index;
        json["plan_key"] = layer.planKey;
        if (layer.pruneCount)
            json["pruned_together"] = *layer.pruneCount;
        return json;
    }
    void addConstant(const std::string &name, Tensor tensor)
    {
        const std::string plain = tuning::escaped(name);
        m_json["constants"].push_back({{"name", plain}, {"type", elementTypeName(tensor.type)}});
        tensor.type = carrierOf(tensor.type);
        m_file.arrays.emplace_back("constants/" + plain, std::move(tensor));
    }

    const Tuning &m_tuning;
    Json m_json;
    NpzFile m_file;
};

class Reader {
public:
    Reader(const Json &json, Arrays &arrays) : m_json(json), m_arrays(arrays) {}

    TuningFile run()
    {
        requireVersion();
        readLayers();
        readConstants();
        m_arrays.requireEmpty();
        std::optional<Tuning::Calibrated> calibrated;
        if (const auto found = m_json.find("calibration"); found != m_json.end())
            calibrated = {tuning::textFrom(*found, "data", m_arrays),
                          tuning::textFrom(*found, "sha256", m_arrays)};
        const Tuning::Source source{tuning::textFrom(m_json, "description", m_arrays), learnedFrom()};
        TuningFile file{std::make_shared<const Tuning>(std::move(m_layers), std::move(m_constants), source,
                                                       std::move(calibrated), removed()),
                        origin()};
        if (file.tuning->sha256() != tuning::textFrom(m_json, "sha256", m_arrays))
            m_arrays.refuse(Message::tr("is damaged: its values do not have the hash that it says"));
        return file;
    }

private:
    Tuning::Removed removed() const
    {
        const auto found = m_json.find("channels_removed");
        if (found == m_json.end())
            return {};
        try {
            return found->get<Tuning::Removed>();
        } catch (const Json::exception &) {
            m_arrays.refuse(Message::tr("is damaged: it does not say by number which channels went"));
        }
    }

    std::optional<std::set<std::string>> learnedFrom() const
    {
        const auto found = m_json.find("learned_from");
        if (found == m_json.end())
            return {};
        const std::string said = found->dump(-1, ' ', true);
        if (!found->is_array() || !std::ranges::all_of(*found, &Json::is_string))
            m_arrays.refuse(Message::tr("says \"{}\" for \"{}\", which is not known", said, "learned_from"));
        return found->get<std::set<std::string>>();
    }
    void requireVersion() const
    {
        const auto found = m_json.find(versionKey);
        if (found == m_json.end() || !found->is_number_unsigned())
            m_arrays.refuse(Message::tr("is no file of trained values"));
        if (const auto version = found->get<uint64_t>(); version != tuningVersion)
            m_arrays.refuse(Message::tr("was written by a newer Lathe (version {} of trained values, this "
                                        "one reads {})",
                                        version, tuningVersion));
    }

    TuningOrigin origin() const
    {
        TuningOrigin origin{tuning::textFrom(m_json, "source_sha256", m_arrays),
                            tuning::textFrom(m_json, "recipe_sha256", m_arrays),
                            {},
                            {},
                            {}};
        if (m_json.contains("plan_sha256"))
            origin.planSha256 = tuning::textFrom(m_json, "plan_sha256", m_arrays);
        if (const auto seed = m_json.find("seed"); seed != m_json.end()) {
            if (!seed->is_number_unsigned())
                m_arrays.refuse(Message::tr("says no number for \"{}\" that it can be", "seed"));
            origin.seed = seed->get<uint64_t>();
        }
        if (const auto figures = m_json.find("figures"); figures != m_json.end())
            origin.figures = figures->dump();
        return origin;
    }

    const Json &list(const char *key) const
    {
        const auto found = m_json.find(key);
        if (found == m_json.end() || !found->is_array())
            m_arrays.refuse(Message::tr("does not say \"{}\" where it must", key));
        return *found;
    }

    void readLayers()
    {
        constexpr int64_t mostLayers = 1 << 20;
        for (const Json &json : list("layers")) {
            const auto index = static_cast<size_t>(
                tuning::wholeFrom(json, "index", std::ssize(m_layers), mostLayers, m_arrays));
            m_layers.resize(index + 1);
            TunedLayer layer{tuning::textFrom(json, "plan_key", m_arrays),
                             tuning::codeFrom(json, layerPrefix(index), m_arrays),
                             {}};
            if (json.contains("pruned_together"))
                layer.pruneCount = tuning::wholeFrom(json, "pruned_together", 0, int64_t(1) << 40, m_arrays);
            m_layers.back() = std::move(layer);
        }
    }

    void readConstants()
    {
        for (const Json &json : list("constants")) {
            const std::string plain = tuning::textFrom(json, "name", m_arrays);
            const ElementType type = typeOf(tuning::textFrom(json, "type", m_arrays));
            Tensor tensor = m_arrays.take("constants/" + plain, carrierOf(type));
            tensor.type = type;
            if (isFloat(type) &&
                !std::ranges::all_of(toFloats(tensor), [](float v) { return std::isfinite(v); }))
                m_arrays.refuse(Message::tr("holds no numbers in \"{}\"", "constants/" + plain));
            m_constants.emplace(tuning::unescaped(plain, m_arrays), std::move(tensor));
        }
    }

    ElementType typeOf(const std::string &name) const
    {
        for (int32_t type = 1; type <= static_cast<int32_t>(ElementType::Float4E2M1); ++type)
            if (elementTypeName(static_cast<ElementType>(type)) == name &&
                elementBits(static_cast<ElementType>(type)) >= 8)
                return static_cast<ElementType>(type);
        m_arrays.refuse(Message::tr("says \"{}\" for \"{}\", which is not known", name, "type"));
    }

    const Json &m_json;
    Arrays &m_arrays;
    std::vector<std::optional<TunedLayer>> m_layers;
    Tuning::Constants m_constants;
};

} // namespace

std::string tuningBytes(const TuningFile &file)
{
    return npzBytes(Writer(file).run());
}

void saveTuning(const TuningFile &file, const std::filesystem::path &path)
{
    writeFileAtomically(path, tuningBytes(file));
}

TuningFile loadTuning(const std::filesystem::path &path, const JobContext &ctx)
{
    NpzFile npz = readNpzFile(path, ctx);
    const auto texts = std::move(npz.texts);
    Arrays arrays(std::move(npz), path.string());
    if (texts.size() != 1 || texts.front().first != documentName)
        arrays.refuse(Message::tr("is no file of trained values"));
    const Json json = parseShallowJson(texts.front().second, path.string() + ", " + documentName);
    return Reader(json, arrays).run();
}

void requireTuningOf(const TuningFile &file, const std::string &sourceSha256,
                     const std::filesystem::path &path)
{
    if (file.origin.sourceSha256 != sourceSha256)
        throw Error(ErrorCode::InvalidArgument,
                    Message::tr("{} holds trained values of another model: of one with the SHA-256 {}, and "
                                "this one has {}.",
                                path.string(), file.origin.sourceSha256, sourceSha256));
}

} // namespace lathe
