#include "core/project/project.h"

#include "core/base/fileio.h"

namespace lathe {

void saveProject(const Project &project, const std::filesystem::path &path)
{
    writeFileAtomically(path, toJson(project, std::filesystem::absolute(path).parent_path()));
}

ReadProject loadProject(const std::filesystem::path &path)
{
    return projectFromJson(readFile(path), std::filesystem::absolute(path).parent_path(), path.string());
}

std::filesystem::path findModel(const Project &project, const std::filesystem::path &folder)
{
    std::error_code ignored;
    for (const std::filesystem::path &candidate :
         {project.model.path, folder / project.model.path.filename()})
        if (std::filesystem::is_regular_file(candidate, ignored))
            return candidate;
    return {};
}

} // namespace lathe
