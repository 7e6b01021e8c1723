#include "core/base/publicationjournal.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace lathe {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view journalStart = "lathe publication 1";
constexpr size_t mostBytes = size_t{1} << 20;
constexpr char ofName = '=', ofLeader = '<', ofFollower = '>';

/// A file of this folder: a journal may lie in a folder that came from anywhere.
bool isPlainName(const std::string &name)
{
    return !name.empty() && name != "." && name != ".." && name.find('/') == std::string::npos;
}

bool isOwnFolder(const fs::path &path)
{
    struct stat info = {};
    return ::lstat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode) && info.st_uid == ::geteuid();
}

std::string contentOf(const fs::path &path)
{
    std::string text;
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0)
        return text;
    char buffer[4096];
    ssize_t n = 0;
    while ((n = ::read(fd, buffer, sizeof(buffer))) > 0 && text.size() < mostBytes)
        text.append(buffer, static_cast<size_t>(n));
    ::close(fd);
    return text;
}

int takeNames(const fs::path &staging, const std::vector<std::string> &names)
{
    const fs::path folder = staging.parent_path();
    for (const std::string &name : names) {
        const fs::path made = staging / madeFiles / name;
        if (isThere(made) && ::rename(made.c_str(), (folder / name).c_str()) != 0)
            return errno;
    }
    syncFolder(folder);
    return 0;
}

} // namespace

/// Each behind a character that says what it is, all ended by an empty one.
std::string PublicationJournal::text() const
{
    std::string text(journalStart);
    text += '\0';
    if (!leader.empty())
        text += ofLeader + leader.string() + '\0';
    for (const fs::path &follower : followers)
        text += ofFollower + follower.string() + '\0';
    for (const std::string &name : names)
        text += ofName + name + '\0';
    return text + '\0';
}

PublicationJournal PublicationJournal::read(const fs::path &staging)
{
    const std::string text = contentOf(staging / journalFile);
    std::vector<std::string> parts;
    for (size_t at = 0, end = 0; (end = text.find('\0', at)) != std::string::npos; at = end + 1)
        parts.push_back(text.substr(at, end - at));
    const bool whole = parts.size() > 2 && parts.front() == journalStart && parts.back().empty();
    if (!whole)
        return {};
    PublicationJournal journal;
    for (auto part = parts.begin() + 1; part != parts.end() - 1; ++part) {
        const std::string rest = part->empty() ? std::string() : part->substr(1);
        if (rest.empty())
            return {};
        if (part->front() == ofName && isPlainName(rest))
            journal.names.push_back(rest);
        else if (part->front() == ofLeader)
            journal.leader = rest;
        else if (part->front() == ofFollower)
            journal.followers.emplace_back(rest);
        else
            return {};
    }
    return journal;
}

int completePublication(const fs::path &staging, const PublicationJournal &journal)
{
    for (const fs::path &follower : journal.followers) {
        std::error_code gone;
        const PublicationJournal its =
            isOwnFolder(follower) ? PublicationJournal::read(follower) : PublicationJournal();
        if (its.empty() || !fs::equivalent(its.leader, staging, gone))
            continue; // completed before
        if (const int error = takeNames(follower, its.names); error != 0)
            return error;
    }
    return takeNames(staging, journal.names);
}

void syncFolder(const fs::path &folder)
{
    const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    (void)::fsync(fd);
    ::close(fd);
}

bool isThere(const fs::path &path)
{
    struct stat info = {};
    return ::lstat(path.c_str(), &info) == 0;
}

} // namespace lathe
