#include "core/base/temporaryfolder.h"

#include "core/base/error.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fmt/format.h>

namespace lathe {

namespace fs = std::filesystem;

TemporaryFolder::TemporaryFolder()
{
    std::error_code error;
    const fs::path among = fs::temp_directory_path(error);
    if (error)
        throw Error(ErrorCode::FileUnwritable, "The folder of temporary files (TMPDIR) is not there.");
    std::string name = (among / "lathe-XXXXXX").string();
    if (!::mkdtemp(name.data()))
        throw Error(ErrorCode::FileUnwritable,
                    fmt::format("Cannot make the folder {}: {}.", name, std::strerror(errno)));
    m_path = name;
}

TemporaryFolder::~TemporaryFolder()
{
    std::error_code ignored;
    fs::remove_all(m_path, ignored);
}

} // namespace lathe
