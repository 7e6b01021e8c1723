// Data sets kept as image files: class folders and lists.
#include "core/data/datasetsource.h"
#include "core/data/imagefile.h"

#include "core/base/error.h"
#include "core/base/fileio.h"

#include <algorithm>
#include <charconv>
#include <fstream>

namespace lathe {
namespace {

struct FileSource : Dataset::Source {
    std::filesystem::path folder;
    std::vector<std::string> files; ///< relative to folder
    size_t size() const override { return files.size(); }
    Image image(size_t index, const JobContext &ctx) const override
    {
        return readImage(folder / files[index], ctx);
    }
    std::string sampleName(size_t index) const override { return files[index]; }
};

std::vector<std::string> imageNames(const std::filesystem::path &folder)
{
    std::vector<std::string> names;
    for (const auto &entry : std::filesystem::directory_iterator(folder))
        if (isImageName(entry.path()) && !entry.path().filename().string().starts_with('.') &&
            !entry.is_directory())
            names.push_back(entry.path().filename().string());
    std::ranges::sort(names);
    return names;
}

void addClassFolder(FileSource *source, const std::string &name, int label)
{
    for (const std::string &file : imageNames(source->folder / name)) {
        source->files.push_back(name + "/" + file);
        source->labels.push_back(label);
    }
}

void requireSamples(const FileSource &source)
{
    if (source.files.empty())
        throw Error(
            ErrorCode::MalformedData,
            Message::tr("{} holds no images, neither itself nor in class folders.", source.folder.string()));
}

void requireKnownFolders(const FileSource &source)
{
    for (const auto &folder : subfolders(source.folder))
        if (std::ranges::find(source.classes, folder.filename().string()) == source.classes.end())
            throw Error(
                ErrorCode::MalformedData,
                Message::tr("The folder {} is not among the classes of dataset.json.", folder.string()));
    for (const std::string &name : source.classes)
        if (!std::filesystem::is_directory(source.folder / name))
            throw Error(ErrorCode::MalformedData,
                        Message::tr("{} has no folder for the class \"{}\".", source.folder.string(), name));
}

std::shared_ptr<FileSource> openClassFolders(const std::filesystem::path &folder,
                                             std::vector<std::string> classes, const JobContext &ctx)
{
    auto source = std::make_shared<FileSource>();
    source->folder = folder;
    source->classes = std::move(classes);
    const auto folders = subfolders(folder);
    if (folders.empty()) {
        source->files = imageNames(folder);
    } else {
        if (source->classes.empty())
            std::ranges::transform(folders, std::back_inserter(source->classes),
                                   [](const auto &f) { return f.filename().string(); });
        requireKnownFolders(*source);
        for (size_t i = 0; i < source->classes.size(); ++i) {
            ctx.throwIfCancelled();
            addClassFolder(source.get(), source->classes[i], static_cast<int>(i));
        }
    }
    requireSamples(*source);
    return source;
}

/// "path class-index" -> both; the path may hold spaces.
void addLine(FileSource *source, std::string_view line, const std::filesystem::path &file, size_t number)
{
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ' || line.back() == '\t'))
        line.remove_suffix(1);
    if (line.empty())
        return;
    const size_t gap = line.find_last_of(" \t");
    const std::string_view index = line.substr(gap == std::string_view::npos ? 0 : gap + 1);
    int label = -1;
    const auto [end, error] = std::from_chars(index.data(), index.data() + index.size(), label);
    if (gap == std::string_view::npos || error != std::errc() || end != index.data() + index.size())
        throw Error(ErrorCode::MalformedData,
                    Message::tr("{}, line {}: \"{}\" is not of the form `path class-index`.", file.string(),
                                number, line.substr(0, 80)));
    const std::string_view path = line.substr(0, line.find_last_not_of(" \t", gap) + 1);
    source->files.emplace_back(path);
    source->labels.push_back(label);
}

void requireFiles(const FileSource &source, const std::filesystem::path &list, const JobContext &ctx)
{
    size_t missing = 0;
    const std::string *first = nullptr;
    for (const std::string &file : source.files) {
        ctx.throwIfCancelled();
        std::error_code error;
        if (std::filesystem::is_regular_file(source.folder / file, error))
            continue;
        ++missing;
        first = first ? first : &file;
    }
    if (missing == 1)
        throw Error(ErrorCode::MalformedData,
                    Message::tr("{} lists {}, which is not there.", list.string(), *first));
    if (missing > 1)
        throw Error(ErrorCode::MalformedData,
                    Message::tr("{} of the {} images that {} lists are not there, the first is {}.", missing,
                                source.files.size(), list.string(), *first));
}

} // namespace

bool isImageName(const std::filesystem::path &path)
{
    static const std::vector<std::string> known = {".jpg", ".jpeg", ".png",  ".bmp", ".pgm",
                                                   ".ppm", ".pnm",  ".webp", ".tif", ".tiff"};
    std::string extension = path.extension().string();
    std::ranges::transform(extension, extension.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return std::ranges::find(known, extension) != known.end();
}

std::vector<std::filesystem::path> subfolders(const std::filesystem::path &folder)
{
    std::vector<std::filesystem::path> folders;
    for (const auto &entry : std::filesystem::directory_iterator(folder))
        if (entry.is_directory() && !entry.path().filename().string().starts_with('.'))
            folders.push_back(entry.path());
    const auto isNumber = [](const std::filesystem::path &path) {
        const std::string name = path.filename().string();
        return name.size() < 10 &&
               std::ranges::all_of(name, [](unsigned char c) { return std::isdigit(c) != 0; });
    };
    if (std::ranges::all_of(folders, isNumber))
        std::ranges::sort(folders, {}, [](const std::filesystem::path &path) {
            return std::stoi(path.filename().string());
        });
    else
        std::ranges::sort(folders);
    return folders;
}

bool holdsImageFiles(const std::filesystem::path &folder)
{
    return std::ranges::any_of(std::filesystem::directory_iterator(folder), [](const auto &entry) {
        return isImageName(entry.path()) && !entry.is_directory();
    });
}

std::shared_ptr<Dataset::Source> openPlainFolder(const std::filesystem::path &folder, const JobContext &ctx)
{
    return openClassFolders(folder, {}, ctx);
}

std::shared_ptr<Dataset::Source> openImageFolder(const DatasetDescription &description, const JobContext &ctx)
{
    const auto folder = description.has("folder") ? description.path("folder") : description.folder();
    if (!std::filesystem::is_directory(folder))
        description.refuse(Message::tr("names the folder {}, which is not there", folder.string()));
    return openClassFolders(folder, description.classes(), ctx);
}

std::shared_ptr<Dataset::Source> openImageList(const DatasetDescription &description, const JobContext &ctx)
{
    auto source = std::make_shared<FileSource>();
    source->folder = description.has("folder") ? description.path("folder") : description.folder();
    source->classes = description.classes();
    const auto list = description.path("labels");
    const std::string text = readFile(list);
    size_t number = 0;
    for (size_t at = 0; at < text.size();) {
        const size_t end = std::min(text.find('\n', at), text.size());
        addLine(source.get(), std::string_view(text).substr(at, end - at), list, ++number);
        at = end + 1;
    }
    if (source->files.empty())
        throw Error(ErrorCode::MalformedData, Message::tr("{} lists no images.", list.string()));
    checkLabels(*source, Message::verbatim(list.string()));
    requireFiles(*source, list, ctx);
    return source;
}

} // namespace lathe
