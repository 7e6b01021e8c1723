#pragma once
#include "core/base/ownedfolder.h"

namespace lathe {

/// A new folder among the system's temporary files, for this user alone; gone with all that is in it at the
/// end. What killed processes left there goes with the next one.
class TemporaryFolder {
public:
    /// @throws Error FileUnwritable: there is no place for temporary files, or nothing can be written there
    TemporaryFolder();

    const std::filesystem::path &path() const { return m_folder.path(); }

private:
    OwnedFolder m_folder;
};

/// Removes what killed processes left among the temporary files. Never throws.
void sweepTemporaryFolders() noexcept;

} // namespace lathe
