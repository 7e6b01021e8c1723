#include "core/base/outputs.h"

#include "core/base/error.h"
#include "core/base/systemreason.h"

#include <cerrno>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace lathe {
namespace {

namespace fs = std::filesystem;

constexpr int mostLinks = 40; ///< as the system's own limit

[[noreturn]] void refuse(const fs::path &path, const Message &reason)
{
    throw Error(ErrorCode::FileUnwritable, Message::tr("Cannot write {}: {}.", path.string(), reason));
}

Message kindOf(const struct stat &info)
{
    switch (info.st_mode & S_IFMT) {
    case S_IFDIR:
        return Message::tr("it is a folder; name a file");
    case S_IFCHR:
    case S_IFBLK:
        return Message::tr("it is a device; name a regular file");
    case S_IFIFO:
        return Message::tr("it is a pipe; name a regular file");
    default:
        return Message::tr("it is no regular file");
    }
}

fs::path afterLinks(fs::path path)
{
    const fs::path asked = path;
    std::error_code error;
    for (int links = 0; fs::is_symlink(fs::symlink_status(path, error)); ++links) {
        if (links == mostLinks)
            refuse(asked, Message::tr("its links lead in a circle"));
        const fs::path next = fs::read_symlink(path, error);
        if (error)
            refuse(asked, systemReason(error.value()));
        path = next.is_absolute() ? next : parentOf(path) / next;
    }
    return path;
}

} // namespace

fs::path parentOf(const fs::path &path)
{
    return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

bool sameFile(const fs::path &a, const fs::path &b)
{
    struct stat first = {}, second = {};
    const bool firstThere = ::stat(a.c_str(), &first) == 0, secondThere = ::stat(b.c_str(), &second) == 0;
    if (firstThere || secondThere)
        return firstThere && secondThere && first.st_dev == second.st_dev && first.st_ino == second.st_ino;
    std::error_code error;
    const fs::path x = afterLinks(a), y = afterLinks(b);
    return x.filename() == y.filename() && fs::equivalent(parentOf(x), parentOf(y), error);
}

fs::path outputTarget(const fs::path &path)
{
    if (path.filename().empty())
        refuse(path, Message::tr("it is a folder; name a file"));
    struct stat info = {};
    const bool isThere = ::stat(path.c_str(), &info) == 0; // by the system: /dev/stdout leads to no name
    if (isThere && !S_ISREG(info.st_mode))
        refuse(path, kindOf(info));
    const fs::path target = afterLinks(path);
    if (::stat(target.c_str(), &info) == 0) {
        if (::access(target.c_str(), W_OK) != 0)
            refuse(path, systemReason(errno));
    } else if (errno != ENOENT) {
        refuse(path, systemReason(errno));
    } else if (isThere) {
        refuse(path, Message::tr("it is an open file that has no name any more"));
    } else if (std::error_code ignored; !fs::is_directory(parentOf(target), ignored)) {
        refuse(path, Message::tr("there is no folder {}", parentOf(target).string()));
    }
    if (::access(parentOf(target).c_str(), W_OK | X_OK) != 0)
        refuse(path, systemReason(errno));
    return target;
}

void requireSafeOutputs(std::span<const NamedFile> outputs, std::span<const NamedFile> inputs)
{
    for (size_t i = 0; i < outputs.size(); ++i) {
        const auto &[what, path] = outputs[i];
        if (path.empty())
            continue;
        outputTarget(path);
        for (const NamedFile &input : inputs)
            if (!input.path.empty() && sameFile(path, input.path))
                throw Error(ErrorCode::InvalidArgument,
                            Message::tr("{} is {}; give {} another name.", path.string(), input.what, what));
        for (const NamedFile &other : outputs.first(i))
            if (!other.path.empty() && sameFile(path, other.path))
                throw Error(ErrorCode::InvalidArgument,
                            Message::tr("{} would be both {} and {}; give one of them another name.",
                                        path.string(), other.what, what));
    }
}

} // namespace lathe
