#pragma once
#include <filesystem>

namespace lathe {

/// A new folder among the system's temporary files, for this user alone; gone with all that is in it at the
/// end.
class TemporaryFolder {
public:
    /// @throws Error FileUnwritable: there is no place for temporary files, or nothing can be written there
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder &) = delete;
    TemporaryFolder &operator=(const TemporaryFolder &) = delete;

    const std::filesystem::path &path() const { return m_path; }

private:
    std::filesystem::path m_path;
};

} // namespace lathe
