#include "core/project/project.h"

#include "core/measure/jsonvalues.h"
#include "core/project/messagejson.h"
#include "core/project/salvage.h"

namespace lathe {
namespace {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

constexpr const char *versionKey = "lathe_project";

// --- paths
// -------------------------------------------------------------------------------------------------------

std::string relativeTo(const fs::path &folder, const fs::path &path)
{
    if (path.empty())
        return {};
    const fs::path relative = path.lexically_normal().lexically_relative(folder.lexically_normal());
    const bool below = !relative.empty() && *relative.begin() != "..";
    return (below ? relative : path).generic_string();
}

std::string absoluteFrom(const fs::path &folder, const std::string &path)
{
    if (path.empty())
        return {};
    const fs::path whole = (folder / path).lexically_normal();
    return (whole.has_filename() ? whole : whole.parent_path()).generic_string(); // no slash at its end
}

// --- writing
// -----------------------------------------------------------------------------------------------------

Json recipeJson(const Recipe &recipe)
{
    return Json::parse(toJson(recipe));
}

Json modelJson(const ProjectModel &model, const fs::path &folder)
{
    Json object{{"path", relativeTo(folder, model.path)}};
    if (!model.sha256.empty())
        object["sha256"] = model.sha256;
    object["size_bytes"] = model.bytes;
    if (model.changed != 0)
        object["changed"] = model.changed;
    return object;
}

Json fileJson(const ProjectFile &file, const fs::path &folder)
{
    Json object = modelJson(file.file, folder);
    put(object, "sparsity", file.sparsity);
    object["layers_by_name"] = file.matchedByName;
    object["layers_by_shape"] = file.matchedByShape;
    return object;
}

Json tuningJson(const ProjectTuning &tuning, const fs::path &folder)
{
    return {{"path", relativeTo(folder, tuning.path)}, {"sha256", tuning.sha256}};
}

Json variantJson(const ProjectVariant &variant, const fs::path &folder)
{
    Json object{{"id", variant.id}, {"name", variant.name}};
    if (!variant.parent.empty())
        object["parent"] = variant.parent;
    if (!variant.note.empty())
        object["note"] = variant.note;
    if (variant.file)
        object["file"] = fileJson(*variant.file, folder);
    else
        object["recipe"] = recipeJson(variant.recipe);
    if (variant.tuning)
        object["tuning"] = tuningJson(*variant.tuning, folder);
    object["measured"] = Json::parse(toJson(variant.measured));
    if (!variant.when.empty())
        object["when"] = variant.when;
    if (!variant.data.empty())
        object["data"] = Json::parse(toJson(variant.data));
    return object;
}

Json layersJson(const std::vector<ProjectLayer> &layers)
{
    Json list = Json::array();
    for (const ProjectLayer &layer : layers)
        list.push_back({{"name", layer.name}, {"op", layer.op}, {"rows", layer.rows}, {"cols", layer.cols}});
    return list;
}

// --- reading
// -----------------------------------------------------------------------------------------------------

/// Collects what could not be read, in sentences.
class Reader {
public:
    Reader(const fs::path &folder, const std::string &source) : m_folder(folder), m_source(source) {}

    ReadProject read(std::string_view json);

private:
    void readModel(const Json &root, const project::Salvaged &salvaged);
    void readData(const Json &object);
    void readLayers(const Json &root);
    ProjectModel modelFrom(const Json &object) const;
    void readVariant(const Json &object, size_t place);
    std::optional<ProjectTuning> tuning(const Json &object, const Message &whose);
    bool readContent(ProjectVariant &variant, const Json &object, const Message &whose);
    std::optional<Recipe> recipe(const Json &object, const Message &whose);
    [[noreturn]] void refuse(const Message &what) const
    {
        throw Error(ErrorCode::MalformedData, Message::tr("{} {}", m_source, what));
    }

    fs::path m_folder;
    std::string m_source;
    ReadProject m_read;
};

ReadProject Reader::read(std::string_view json)
{
    const project::Salvaged salvaged = project::salvage(json);
    const Json &root = salvaged.value;
    if (!root.is_object() || !root.contains(versionKey))
        refuse(Message::tr("is not a Lathe project."));
    const int version = number<int>(root, versionKey).value_or(0);
    if (version > projectVersion)
        refuse(Message::tr("was written by a newer Lathe (project version {}, this one reads up to {}).",
                           version, projectVersion));
    if (version < 1)
        refuse(Message::tr("does not say which version of project it is."));
    readModel(root, salvaged);
    if (const auto data = root.find("data"); data != root.end() && data->is_object())
        readData(*data);
    if (const auto found = root.find("recipe"); found != root.end())
        m_read.project.recipe = recipe(*found, Message::tr("The recipe being edited")).value_or(Recipe());
    m_read.project.recipePath = absoluteFrom(m_folder, text(root, "recipe_file"));
    m_read.project.derivedFrom = text(root, "derived_from");
    m_read.project.tuning = tuning(root, Message::tr("The recipe being edited"));
    if (const auto variants = root.find("variants"); variants != root.end() && variants->is_array())
        for (size_t i = 0; i < variants->size(); ++i)
            readVariant((*variants)[i], i + 1);
    readLayers(root);
    m_read.project.layout = text(root, "layout");
    if (!salvaged.whole)
        m_read.losses.insert(
            m_read.losses.begin(),
            Message::tr("{} is damaged at byte {}: {} of its variants could be read, what came after "
                        "is lost.",
                        m_source, salvaged.damagedAt, m_read.project.variants.size()));
    return std::move(m_read);
}

void Reader::readModel(const Json &root, const project::Salvaged &salvaged)
{
    const auto model = root.find("model");
    const std::string path = model != root.end() && model->is_object() ? text(*model, "path") : std::string();
    if (path.empty())
        refuse(
            salvaged.whole
                ? Message::tr("does not name its model.")
                : Message::tr("is damaged at byte {}, before the name of its model: nothing could be read.",
                              salvaged.damagedAt));
    m_read.project.model = modelFrom(*model);
}

ProjectModel Reader::modelFrom(const Json &object) const
{
    return {absoluteFrom(m_folder, text(object, "path")), text(object, "sha256"),
            number<uint64_t>(object, "size_bytes").value_or(0),
            number<int64_t>(object, "changed").value_or(0)};
}

void Reader::readData(const Json &object)
{
    DataChoice data;
    data.reference = absoluteFrom(m_folder, text(object, "reference"));
    data.limit = number<int>(object, "limit").value_or(0);
    data.calibration = absoluteFrom(m_folder, text(object, "calibration"));
    if (const auto found = object.find("preprocessing"); found != object.end()) {
        try {
            data.preprocessing = preprocessingFromJson(found->dump(), m_source);
            data.preprocessing->name = text(object, "preprocessing_name");
        } catch (const Error &error) {
            m_read.losses.push_back(Message::tr("The preprocessing could not be read: {}", error.message()));
        }
    }
    if (!data.reference.empty())
        m_read.project.data = data;
}

/// All of them, or none: of some it could not be told what is missing in another model.
void Reader::readLayers(const Json &root)
{
    const auto list = root.find("layers");
    if (list == root.end() || !list->is_array())
        return;
    std::vector<ProjectLayer> layers;
    for (const Json &object : *list) {
        if (!object.is_object())
            return;
        layers.push_back({text(object, "name"), text(object, "op"),
                          number<int64_t>(object, "rows").value_or(0),
                          number<int64_t>(object, "cols").value_or(0)});
    }
    m_read.project.layers = std::move(layers);
}

std::optional<Recipe> Reader::recipe(const Json &object, const Message &whose)
{
    try {
        return recipeFromJson(object.dump(), m_source);
    } catch (const Error &error) {
        m_read.losses.push_back(Message::tr("{} could not be read: {}", whose, error.message()));
        return {};
    }
}

/// Without them the recipe still stands for itself.
std::optional<ProjectTuning> Reader::tuning(const Json &object, const Message &whose)
{
    const auto found = object.find("tuning");
    if (found == object.end())
        return {};
    const bool whole = found->is_object() && !text(*found, "path").empty() && !text(*found, "sha256").empty();
    if (whole)
        return ProjectTuning{absoluteFrom(m_folder, text(*found, "path")), text(*found, "sha256")};
    m_read.losses.push_back(Message::tr(
        "{}: the file of its trained values is not named any more, so they were left out.", whose));
    return {};
}

void Reader::readVariant(const Json &object, size_t place)
{
    const std::string name = object.is_object() ? text(object, "name") : std::string();
    const Message whose =
        name.empty() ? Message::tr("Variant {}", place) : Message::tr("Variant \"{}\"", name);
    if (!object.is_object() || name.empty() || !object.contains("measured")) {
        m_read.losses.push_back(Message::tr("{} is incomplete and was left out.", whose));
        return;
    }
    ProjectVariant variant;
    variant.id = text(object, "id");
    variant.name = name;
    variant.note = text(object, "note");
    variant.parent = text(object, "parent");
    variant.measured = figuresFromJson(object["measured"].dump());
    variant.when = text(object, "when");
    if (const auto data = object.find("data"); data != object.end())
        variant.data = messageFromJson(data->dump());
    variant.tuning = tuning(object, whose);
    if (readContent(variant, object, whose))
        m_read.project.variants.push_back(std::move(variant));
}

/// What it is made of: a recipe or a file.
bool Reader::readContent(ProjectVariant &variant, const Json &object, const Message &whose)
{
    if (const auto file = object.find("file"); file != object.end() && file->is_object()) {
        variant.file = ProjectFile{modelFrom(*file), number<double>(*file, "sparsity"),
                                   number<int64_t>(*file, "layers_by_name").value_or(0),
                                   number<int64_t>(*file, "layers_by_shape").value_or(0)};
        if (!variant.file->file.path.empty())
            return true;
    } else if (const auto found = object.find("recipe"); found != object.end()) {
        const std::optional<Recipe> read = recipe(*found, whose);
        variant.recipe = read.value_or(Recipe());
        return read.has_value(); // else the reason is noted
    }
    m_read.losses.push_back(Message::tr("{} is incomplete and was left out.", whose));
    return false;
}

} // namespace

std::string toJson(const Project &project, const std::filesystem::path &folder)
{
    // What would be missed most comes first: of a file cut short the beginning is read.
    Json root{{versionKey, projectVersion}};
    root["model"] = modelJson(project.model, folder);
    if (project.data) {
        Json data{{"reference", relativeTo(folder, project.data->reference)}, {"limit", project.data->limit}};
        if (!project.data->calibration.empty())
            data["calibration"] = relativeTo(folder, project.data->calibration);
        if (project.data->preprocessing) {
            data["preprocessing_name"] = project.data->preprocessing->name;
            data["preprocessing"] = Json::parse(toJson(*project.data->preprocessing));
        }
        root["data"] = std::move(data);
    }
    root["recipe"] = recipeJson(project.recipe);
    if (!project.recipePath.empty())
        root["recipe_file"] = relativeTo(folder, project.recipePath);
    if (!project.derivedFrom.empty())
        root["derived_from"] = project.derivedFrom;
    if (project.tuning)
        root["tuning"] = tuningJson(*project.tuning, folder);
    root["variants"] = Json::array();
    for (const ProjectVariant &variant : project.variants)
        root["variants"].push_back(variantJson(variant, folder));
    if (!project.layers.empty())
        root["layers"] = layersJson(project.layers);
    if (!project.layout.empty())
        root["layout"] = project.layout;
    return root.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

ReadProject projectFromJson(std::string_view json, const std::filesystem::path &folder,
                            const std::string &source)
{
    return Reader(folder, source).read(json);
}

} // namespace lathe
