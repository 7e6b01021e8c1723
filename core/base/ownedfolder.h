#pragma once
// Folders that go when their process does, however it ends.
#include "core/base/message.h"

#include <filesystem>
#include <string>
#include <vector>

namespace lathe {

/// A new folder for this user alone, gone with all that is in it at the end. It is locked as long as it is
/// used: what a killed process left behind is known by its free lock, and swept by the next one.
class OwnedFolder {
public:
    /// Named `prefix` and six characters that are made up.
    /// @param failure start of the sentence: "Cannot write a.onnx"
    /// @throws Error FileUnwritable
    OwnedFolder(const std::filesystem::path &among, const std::string &prefix, const Message &failure);
    ~OwnedFolder();
    OwnedFolder(const OwnedFolder &) = delete;
    OwnedFolder &operator=(const OwnedFolder &) = delete;

    const std::filesystem::path &path() const { return m_path; }
    /// So that the next start of any program of ours finds it, whatever folder that works in.
    void remember();

private:
    int lock();

    std::filesystem::path m_path;
    std::filesystem::path m_note; ///< link to it among those remembered
    int m_lock = -1;
};

/// Folders of that prefix whose process is gone. Those of living ones, of other users, and of other machines
/// on a share (for a day) are not among them.
class AbandonedFolder {
public:
    static std::vector<AbandonedFolder> among(const std::filesystem::path &folder, const std::string &prefix);
    /// The one of that path; nothing where it is none of them.
    static std::vector<AbandonedFolder> at(const std::filesystem::path &folder);
    /// Those that were remembered, wherever they are.
    static std::vector<AbandonedFolder> remembered();

    ~AbandonedFolder();
    AbandonedFolder(AbandonedFolder &&other) noexcept;
    AbandonedFolder &operator=(AbandonedFolder &&) = delete;

    const std::filesystem::path &path() const { return m_path; }
    void remove() const;

private:
    AbandonedFolder(std::filesystem::path path, int lock) : m_path(std::move(path)), m_lock(lock) {}
    static void consider(const std::filesystem::path &folder, std::vector<AbandonedFolder> &found);

    std::filesystem::path m_path;
    int m_lock; ///< held, so that nobody else sweeps it at the same time
};

/// The file in each of them that is locked.
constexpr const char *ownerFile = ".owner";

} // namespace lathe
