#include "core/data/dataset.h"

#include "core/base/error.h"
#include "core/base/fileio.h"
#include "core/data/datasetsource.h"
#include "core/data/shallowjson.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

namespace lathe {
namespace {

using nlohmann::json;
using Opener = std::shared_ptr<Dataset::Source> (*)(const DatasetDescription &, const JobContext &);

struct Format {
    Opener open;
    std::vector<std::string> sources; ///< keys that say where the samples are
};

const std::map<std::string, Format> &formats()
{
    static const std::map<std::string, Format> all = {{"image_folder", {openImageFolder, {"folder"}}},
                                                      {"image_list", {openImageList, {"labels", "folder"}}},
                                                      {"idx", {openIdx, {"images", "labels"}}},
                                                      {"numpy", {openNumpy, {"inputs", "labels"}}}};
    return all;
}

/// Keys that every format has; the first ones are for people.
const std::vector<std::string> commonKeys = {"name",    "description", "source",
                                             "licence", "license",     "classes"};

bool contains(const std::vector<std::string> &list, const std::string &text)
{
    return std::ranges::find(list, text) != list.end();
}

struct Reference {
    std::filesystem::path folder;
    std::string split;
    DatasetHalf half = DatasetHalf::Whole;
};

/// FOLDER[:SPLIT][#HALF], where FOLDER may itself hold colons and hashes.
Reference parseReference(const std::string &text)
{
    std::error_code error;
    if (std::filesystem::is_directory(text, error))
        return {text, {}};
    for (const auto &[ending, half] :
         {std::pair("#first", DatasetHalf::First), std::pair("#second", DatasetHalf::Second)}) {
        if (!text.ends_with(ending))
            continue;
        Reference whole = parseReference(text.substr(0, text.size() - std::string_view(ending).size()));
        whole.half = half;
        return whole;
    }
    const size_t colon = text.rfind(':');
    if (colon != std::string::npos && colon > 0 &&
        std::filesystem::is_directory(text.substr(0, colon), error))
        return {text.substr(0, colon), text.substr(colon + 1)};
    const bool file = std::filesystem::exists(text, error);
    throw Error(ErrorCode::FileUnreadable,
                file ? Message::tr("{} is not a folder; give the folder of the data set.", text)
                     : Message::tr("There is no data set {}; give its folder, or FOLDER:SPLIT for a part of "
                                   "it (#first or #second behind it for half of that).",
                                   text));
}

[[noreturn]] void refuseSplit(const std::string &where, const std::string &split,
                              const std::vector<std::string> &splits)
{
    if (splits.empty())
        throw Error(ErrorCode::InvalidArgument,
                    Message::tr("{} has no splits, so no \"{}\" either.", where, split));
    throw Error(
        ErrorCode::InvalidArgument,
        split.empty()
            ? Message::tr("{} has no split \"test\"; choose one: {}.", where, fmt::join(splits, ", "))
            : Message::tr("{} has no split \"{}\"; it has: {}.", where, split, fmt::join(splits, ", ")));
}

class DatasetFile {
public:
    explicit DatasetFile(const std::filesystem::path &file)
        : m_file(file), m_document(parseShallowJson(readFile(file), file.string()))
    {
        const json format = m_document.value("format", json());
        const auto known = formats().find(format.is_string() ? format.get<std::string>() : "");
        if (known == formats().end())
            refuse(Message::tr("needs a \"format\": image_folder, image_list, idx or numpy"));
        m_format = &known->second;
        checkKeys(m_document, {"format", "splits"});
        if (!m_document.contains("splits"))
            return;
        if (!m_document["splits"].is_object())
            refuse(Message::tr("has \"splits\" that are no object"));
        for (const auto &[name, keys] : m_document["splits"].items()) {
            if (!keys.is_object())
                refuse(Message::tr("has a split \"{}\" that is no object", name));
            checkKeys(keys, {});
            m_splits.push_back(name);
        }
    }
    const std::vector<std::string> &splits() const { return m_splits; }

    /// The asked split; none asked: "test", else what stands outside the splits.
    std::string resolve(const std::string &asked) const
    {
        if (asked.empty() && contains(m_splits, "test"))
            return "test";
        const bool whole = m_splits.empty() ||
                           std::ranges::any_of(m_format->sources,
                                               [this](const auto &key) { return m_document.contains(key); });
        if (asked.empty() ? !whole : !contains(m_splits, asked))
            refuseSplit(m_file.string(), asked, m_splits);
        return asked;
    }
    std::shared_ptr<Dataset::Source> open(const std::string &split, const JobContext &ctx) const
    {
        json keys = m_document;
        if (!split.empty())
            keys.update(m_document["splits"][split]);
        return m_format->open(DatasetDescription(m_file.parent_path(), m_file, keys), ctx);
    }

private:
    [[noreturn]] void refuse(const Message &reason) const
    {
        throw Error(ErrorCode::MalformedData, Message::tr("{} {}.", m_file.string(), reason));
    }
    void checkKeys(const json &keys, const std::vector<std::string> &others) const
    {
        for (const auto &[key, value] : keys.items())
            if (!contains(m_format->sources, key) && !contains(commonKeys, key) && !contains(others, key))
                refuse(Message::tr("holds the unknown key \"{}\"; its format knows: {}, classes, splits", key,
                                   fmt::join(m_format->sources, ", ")));
    }

    std::filesystem::path m_file;
    json m_document;
    const Format *m_format = nullptr;
    std::vector<std::string> m_splits;
};

/// Folders of class folders ("train", "test") count as splits.
std::vector<std::string> plainSplits(const std::filesystem::path &folder)
{
    std::vector<std::string> splits;
    for (const auto &sub : subfolders(folder)) {
        if (subfolders(sub).empty() || holdsImageFiles(sub))
            return {};
        splits.push_back(sub.filename().string());
    }
    return splits;
}

std::shared_ptr<Dataset::Source> openPlain(const std::filesystem::path &folder, std::string *split,
                                           const JobContext &ctx)
{
    const std::vector<std::string> splits = plainSplits(folder);
    if (split->empty() && contains(splits, "test"))
        *split = "test";
    if (split->empty() ? !splits.empty() : !contains(splits, *split))
        refuseSplit(folder.string(), *split, splits);
    auto source = openPlainFolder(split->empty() ? folder : folder / *split, ctx);
    source->splits = splits;
    return source;
}

/// A file of "name" or "index ... name" lines; with tabs the name is what follows the last one.
std::vector<std::string> readClasses(const std::filesystem::path &file)
{
    std::vector<std::string> lines;
    std::istringstream text(readFile(file));
    for (std::string line; std::getline(text, line);) {
        while (!line.empty() && std::isspace(static_cast<unsigned char>(line.back())) != 0)
            line.pop_back();
        if (!line.empty())
            lines.push_back(line);
    }
    const auto isNumbered = [&lines](const std::string &line) {
        const std::string index = std::to_string(&line - lines.data());
        return line.starts_with(index + " ") || line.starts_with(index + "\t");
    };
    if (!std::ranges::all_of(lines, isNumbered))
        return lines;
    for (std::string &line : lines) {
        const size_t tab = line.rfind('\t');
        line.erase(0, tab != std::string::npos ? tab + 1 : line.find_first_not_of(' ', line.find(' ')));
    }
    return lines;
}

/// @throws Error MalformedData when it is empty
std::shared_ptr<Dataset::Source> filledHalfOf(std::shared_ptr<const Dataset::Source> whole, DatasetHalf half)
{
    const std::string reference = whole->reference;
    const bool first = half == DatasetHalf::First;
    auto source = halfOf(std::move(whole), half);
    if (source->size() == 0)
        throw Error(ErrorCode::MalformedData,
                    first ? Message::tr("{} has too few samples: its first half is empty.", reference)
                          : Message::tr("{} has too few samples: its second half is empty.", reference));
    source->reference = reference + (first ? "#first" : "#second");
    return source;
}

Message describe(const std::string &name, const std::string &split, DatasetHalf half)
{
    if (half == DatasetHalf::Whole)
        return Message::verbatim(split.empty() ? name : fmt::format("{} ({})", name, split));
    const bool first = half == DatasetHalf::First;
    if (split.empty())
        return first ? Message::tr("{} (first half)", name) : Message::tr("{} (second half)", name);
    return first ? Message::tr("{} ({}, first half)", name, split)
                 : Message::tr("{} ({}, second half)", name, split);
}

} // namespace

const std::vector<std::pair<std::string, Tensor>> &Dataset::Source::arrays() const
{
    static const std::vector<std::pair<std::string, Tensor>> none;
    return none;
}

DatasetDescription::DatasetDescription(std::filesystem::path folder, std::filesystem::path file,
                                       const json &keys)
    : m_folder(std::move(folder)), m_file(std::move(file)), m_keys(std::make_unique<json>(keys))
{
}

DatasetDescription::~DatasetDescription() = default;
DatasetDescription::DatasetDescription(DatasetDescription &&) noexcept = default;

void DatasetDescription::refuse(const Message &reason) const
{
    throw Error(ErrorCode::MalformedData, Message::tr("{} {}.", m_file.string(), reason));
}

bool DatasetDescription::has(const char *key) const
{
    return m_keys->contains(key);
}

const json &DatasetDescription::value(const char *key) const
{
    if (!has(key))
        refuse(Message::tr("has no key \"{}\"", key));
    return (*m_keys)[key];
}

std::string DatasetDescription::text(const char *key) const
{
    if (!value(key).is_string())
        refuse(Message::tr("needs a text for \"{}\"", key));
    return value(key).get<std::string>();
}

std::filesystem::path DatasetDescription::path(const char *key) const
{
    return (m_folder / text(key)).lexically_normal();
}

std::vector<std::string> DatasetDescription::classes() const
{
    if (!has("classes"))
        return {};
    if (value("classes").is_string())
        return readClasses(path("classes"));
    std::vector<std::string> names;
    if (!value("classes").is_array())
        refuse(Message::tr("has \"classes\" that are neither a list of names nor a file"));
    for (const json &name : value("classes")) {
        if (!name.is_string())
            refuse(Message::tr("has a class whose name is no text"));
        names.push_back(name.get<std::string>());
    }
    return names;
}

void checkLabels(const Dataset::Source &source, const Message &file)
{
    for (size_t i = 0; i < source.labels.size(); ++i) {
        const int label = source.labels[i];
        if (label < 0)
            throw Error(ErrorCode::MalformedData,
                        Message::tr("{}: sample {} has a class index below 0 or beyond all bounds.", file,
                                    source.sampleName(i)));
        if (!source.classes.empty() && static_cast<size_t>(label) >= source.classes.size())
            throw Error(
                ErrorCode::MalformedData,
                Message::tr("{}: sample {} has the class index {}, but there are {} classes (0 to {}).", file,
                            source.sampleName(i), label, source.classes.size(), source.classes.size() - 1));
    }
}

Dataset::Dataset(std::shared_ptr<const Source> source) : m_source(std::move(source)) {}

Dataset Dataset::open(const std::string &reference, const JobContext &ctx)
{
    auto [folder, split, half] = parseReference(reference);
    folder = std::filesystem::canonical(folder);
    std::shared_ptr<Source> source;
    try {
        if (std::filesystem::exists(folder / "dataset.json")) {
            const DatasetFile file(folder / "dataset.json");
            split = file.resolve(split);
            source = file.open(split, ctx);
            source->splits = file.splits();
        } else {
            source = openPlain(folder, &split, ctx);
        }
    } catch (const std::filesystem::filesystem_error &e) {
        throw Error(ErrorCode::FileUnreadable,
                    Message::tr("Cannot read {}: {}.", e.path1().string(), e.code().message()));
    }
    source->reference = folder.string() + (split.empty() ? "" : ":" + split);
    if (half != DatasetHalf::Whole)
        source = filledHalfOf(std::move(source), half);
    source->description = describe(folder.filename().string(), split, half);
    return Dataset(std::move(source));
}

std::string Dataset::withoutHalf(const std::string &reference)
{
    return otherHalf(reference).empty() ? reference : reference.substr(0, reference.rfind('#'));
}

std::string Dataset::name() const
{
    return std::filesystem::path(withoutHalf(m_source->reference)).filename().string();
}

Dataset Dataset::subset(const std::vector<size_t> &indices) const
{
    return Dataset(subsetOf(m_source, indices));
}

std::string Dataset::otherHalf(const std::string &reference)
{
    std::error_code error;
    if (std::filesystem::is_directory(reference, error))
        return {}; // a folder of that name
    for (const auto &[half, other] : {std::pair("#first", "#second"), std::pair("#second", "#first")})
        if (reference.ends_with(half))
            return reference.substr(0, reference.rfind('#')) + other;
    return {};
}

Message Dataset::description() const
{
    return m_source->description;
}

std::string Dataset::reference() const
{
    return m_source->reference;
}

size_t Dataset::size() const
{
    return m_source->size();
}

bool Dataset::hasLabels() const
{
    return !m_source->labels.empty();
}

int Dataset::label(size_t index) const
{
    return hasLabels() ? m_source->labels.at(index) : -1;
}

const std::vector<std::string> &Dataset::classes() const
{
    return m_source->classes;
}

bool Dataset::holdsImages() const
{
    return m_source->holdsImages();
}

Image Dataset::image(size_t index, const JobContext &ctx) const
{
    return m_source->image(index, ctx);
}

std::string Dataset::sampleName(size_t index) const
{
    return m_source->sampleName(index);
}

const std::vector<std::pair<std::string, Tensor>> &Dataset::arrays() const
{
    return m_source->arrays();
}

std::vector<size_t> Dataset::secondHalf() const
{
    return indicesOfHalf(m_source->size(), m_source->labels, DatasetHalf::Second);
}

std::vector<std::string> Dataset::splits() const
{
    return m_source->splits;
}

} // namespace lathe
