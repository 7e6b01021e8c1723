#include "core/data/datafiles.h"

#include "core/base/error.h"
#include "core/base/fileio.h"
#include "core/data/datasetsource.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace lathe {
namespace {

namespace fs = std::filesystem;

Message what()
{
    return Message::tr("a file of the data set");
}

/// FOLDER of FOLDER[:SPLIT][#HALF]; empty when there is none.
fs::path folderOf(std::string reference)
{
    std::error_code ignored;
    while (!fs::is_directory(reference, ignored)) {
        const size_t end = reference.find_last_of(":#");
        if (end == std::string::npos || end == 0)
            return {};
        reference.resize(end);
    }
    return reference;
}

void addNamed(const nlohmann::json &value, const fs::path &folder, std::vector<NamedFile> &files)
{
    if (value.is_structured()) {
        for (const auto &part : value)
            addNamed(part, folder, files);
    } else if (value.is_string()) {
        const auto text = value.get<std::string>();
        files.push_back({what(), folder / text});
        if (const size_t array = text.rfind(".npz:"); array != std::string::npos)
            files.push_back({what(), folder / text.substr(0, array + 4)});
    }
}

bool liesIn(const fs::path &file, const fs::path &folder)
{
    std::error_code error;
    const fs::path inner = fs::weakly_canonical(file, error), outer = fs::canonical(folder, error);
    return !error &&
           std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end()).first == outer.end();
}

} // namespace

std::vector<NamedFile> filesOfDataSet(const std::string &reference, const std::vector<NamedFile> &outputs)
{
    std::vector<NamedFile> files;
    const fs::path folder = folderOf(reference);
    if (folder.empty())
        return files;
    const fs::path description = folder / "dataset.json";
    files.push_back({what(), description});
    (void)runGuarded([&] { // what is wrong with it is said when it is opened
        addNamed(nlohmann::json::parse(readFile(description), nullptr, false), folder, files);
    });
    std::error_code ignored;
    for (const NamedFile &output : outputs)
        if (isImageName(output.path) && fs::exists(output.path, ignored) && liesIn(output.path, folder))
            files.push_back({what(), output.path});
    return files;
}

} // namespace lathe
