#include "core/base/temporaryfolder.h"

#include "core/base/error.h"

#include <fmt/format.h>

namespace lathe {
namespace {

namespace fs = std::filesystem;

constexpr const char *prefix = "lathe-";

OwnedFolder newFolder()
{
    std::error_code error;
    const fs::path place = fs::temp_directory_path(error);
    if (error)
        throw Error(ErrorCode::FileUnwritable,
                    Message::tr("The folder of temporary files (TMPDIR) is not there."));
    sweepTemporaryFolders();
    return {place, prefix, Message::tr("Cannot make a folder in {}", place.string())};
}

} // namespace

TemporaryFolder::TemporaryFolder() : m_folder(newFolder()) {}

void sweepTemporaryFolders() noexcept
{
    const auto outcome = runGuarded([] {
        for (const AbandonedFolder &left : AbandonedFolder::among(fs::temp_directory_path(), prefix))
            left.remove();
    });
    (void)outcome; // a place that is not there holds nothing
}

} // namespace lathe
