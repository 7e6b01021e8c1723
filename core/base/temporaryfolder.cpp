#include "core/base/temporaryfolder.h"

#include "core/base/error.h"

#include <fmt/format.h>

namespace lathe {
namespace {

namespace fs = std::filesystem;

constexpr const char *prefix = "lathe-";

fs::path temporaryPlace()
{
    std::error_code error;
    const fs::path place = fs::temp_directory_path(error);
    if (error)
        throw Error(ErrorCode::FileUnwritable, "The folder of temporary files (TMPDIR) is not there.");
    sweepTemporaryFolders();
    return place;
}

} // namespace

TemporaryFolder::TemporaryFolder()
    : m_folder(temporaryPlace(), prefix,
               fmt::format("Cannot make a folder in {}", fs::temp_directory_path().string()))
{
}

void sweepTemporaryFolders() noexcept
{
    const auto outcome = runGuarded([] {
        for (const AbandonedFolder &left : AbandonedFolder::among(fs::temp_directory_path(), prefix))
            left.remove();
    });
    (void)outcome; // a place that is not there holds nothing
}

} // namespace lathe
