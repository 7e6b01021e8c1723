#include "core/base/ownedfolder.h"

#include "core/base/error.h"
#include "core/base/systemreason.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace lathe {
namespace {

namespace fs = std::filesystem;

constexpr size_t madeUp = 6; ///< characters of a name

std::string hostName()
{
    std::array<char, 256> name{};
    return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

/// Where programs note what they have to look after at their next start; empty: nowhere.
fs::path notesFolder()
{
    const char *state = std::getenv("XDG_STATE_HOME");
    if (state && fs::path(state).is_absolute())
        return fs::path(state) / "lathe" / "staging";
    const char *home = std::getenv("HOME");
    return home && *home ? fs::path(home) / ".local" / "state" / "lathe" / "staging" : fs::path();
}

bool olderThan(const struct stat &info, std::chrono::seconds age)
{
    return ::time(nullptr) - info.st_mtim.tv_sec > age.count();
}

bool isOurFolder(const fs::path &path, struct stat &info)
{
    return ::lstat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode) && info.st_uid == ::geteuid();
}

/// What a process left that was killed before it could lock it, known by having been so for an hour.
void removeUnlocked(const fs::path &folder, const struct stat &info)
{
    if (!olderThan(info, std::chrono::hours(1)))
        return;
    ::rmdir(folder.c_str()); // only where it is empty: it may be somebody's own
}

bool isOfThisHost(int owner)
{
    std::array<char, 256> name{};
    const ssize_t length = ::pread(owner, name.data(), name.size(), 0);
    return length >= 0 && hostName() == std::string_view(name.data(), static_cast<size_t>(length));
}

bool isStill(int descriptor, const fs::path &path)
{
    struct stat open = {}, named = {};
    return ::fstat(descriptor, &open) == 0 && ::stat(path.c_str(), &named) == 0 &&
           open.st_ino == named.st_ino && open.st_dev == named.st_dev;
}

} // namespace

OwnedFolder::OwnedFolder(const fs::path &among, const std::string &prefix, const Message &failure)
{
    int error = 0;
    for (int attempts = 0; attempts < 10 && m_lock < 0; ++attempts) {
        std::string name = (among / (prefix + std::string(madeUp, 'X'))).string();
        if (!::mkdtemp(name.data()))
            throw Error(ErrorCode::FileUnwritable, Message::tr("{}: {}.", failure, systemReason(errno)));
        m_path = name;
        error = lock();
    }
    if (m_lock < 0)
        throw Error(ErrorCode::FileUnwritable, Message::tr("{}: {}.", failure, systemReason(error)));
}

/// Another process that sweeps may take the folder for left behind before it is locked: then it goes, and the
/// next one is tried. Where a share knows no locks, nobody else gets one either, and the folder counts as
/// used.
/// @returns 0, or the system's error
int OwnedFolder::lock()
{
    const fs::path owner = m_path / ownerFile;
    const int fd = ::open(owner.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
    int error = fd < 0 ? errno : 0;
    const std::string host = hostName();
    if (error == 0 && ::write(fd, host.data(), host.size()) != static_cast<ssize_t>(host.size()))
        error = errno;
    if (error == 0 && ::flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
        error = EBUSY;
    if (error == 0 && !isStill(fd, owner))
        error = EBUSY;
    if (error == 0) {
        m_lock = fd;
        return 0;
    }
    ::unlink(owner.c_str()); // one by one: without a descriptor
    ::rmdir(m_path.c_str());
    if (fd >= 0)
        ::close(fd);
    return error;
}

OwnedFolder::~OwnedFolder()
{
    std::error_code error, ignored;
    fs::remove_all(m_path, error);
    ::close(m_lock); // only now: nobody sweeps what is being removed
    if (error)
        fs::remove_all(m_path, error); // the lock's descriptor may have been the one that was missing
    if (!m_note.empty() && !error)
        fs::remove(m_note, ignored);
}

void OwnedFolder::remember()
{
    const fs::path notes = notesFolder();
    std::error_code error;
    if (notes.empty() || !(fs::create_directories(notes, error), !error))
        return; // swept all the same when something is read or written in the same folder
    const fs::path note = notes / fmt::format("{}-{}", ::getpid(), m_path.filename().string().substr(1));
    const fs::path folder = fs::absolute(m_path, error);
    if (!error)
        fs::create_directory_symlink(folder, note, error);
    if (!error)
        m_note = note;
}

AbandonedFolder::AbandonedFolder(AbandonedFolder &&other) noexcept
    : m_path(std::move(other.m_path)), m_lock(std::exchange(other.m_lock, -1))
{
}

AbandonedFolder::~AbandonedFolder()
{
    if (m_lock >= 0)
        ::close(m_lock);
}

void AbandonedFolder::remove() const
{
    std::error_code ignored;
    fs::remove_all(m_path, ignored);
}

void AbandonedFolder::consider(const fs::path &folder, std::vector<AbandonedFolder> &found)
{
    struct stat info = {};
    if (!isOurFolder(folder, info))
        return;
    const fs::path owner = folder / ownerFile;
    const int fd = ::open(owner.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0) {
        if (errno == ENOENT)
            removeUnlocked(folder, info);
        return;
    }
    AbandonedFolder candidate(folder, fd);
    const bool free = ::flock(fd, LOCK_EX | LOCK_NB) == 0 && isStill(fd, owner);
    // A share may keep its locks to each machine.
    if (free && (isOfThisHost(fd) || olderThan(info, std::chrono::hours(24))))
        found.push_back(std::move(candidate));
}

std::vector<AbandonedFolder> AbandonedFolder::among(const fs::path &folder, const std::string &prefix)
{
    std::vector<AbandonedFolder> found;
    std::error_code error;
    for (fs::directory_iterator i(folder, error), end; !error && i != end; i.increment(error)) {
        const std::string name = i->path().filename().string();
        const bool ours = name.size() == prefix.size() + madeUp && name.starts_with(prefix) &&
                          std::all_of(name.end() - madeUp, name.end(),
                                      [](unsigned char c) { return std::isalnum(c) != 0; });
        if (ours)
            consider(i->path(), found);
    }
    return found;
}

std::vector<AbandonedFolder> AbandonedFolder::at(const fs::path &folder)
{
    std::vector<AbandonedFolder> found;
    consider(folder, found);
    return found;
}

std::vector<AbandonedFolder> AbandonedFolder::remembered()
{
    std::vector<AbandonedFolder> found;
    std::error_code error;
    for (fs::directory_iterator i(notesFolder(), error), end; !error && i != end; i.increment(error)) {
        std::error_code gone;
        const fs::path folder = fs::read_symlink(i->path(), gone);
        if (!gone && fs::exists(fs::symlink_status(folder, gone)))
            consider(folder, found);
        else
            fs::remove(i->path(), gone);
    }
    return found;
}

} // namespace lathe
