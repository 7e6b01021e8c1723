#include "core/base/publication.h"

#include "core/base/descriptorstream.h"
#include "core/base/outputs.h"
#include "core/base/ownedfolder.h"
#include "core/base/systemreason.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace lathe {
namespace {

namespace fs = std::filesystem;

constexpr const char *prefix = ".lathe-";
constexpr const char *journalFile = ".journal";
constexpr const char *unfinishedJournal = ".journal.new";
constexpr const char *replacedPrefix = ".replaced-";
constexpr std::string_view journalStart = "lathe publication 1";

[[noreturn]] void failToWrite(const fs::path &target, int error)
{
    throw Error(ErrorCode::FileUnwritable,
                fmt::format("Cannot write {}: {}.", target.string(), systemReason(error)));
}

/// So that names survive a loss of power in the order they were given. Not every file system can.
void syncFolder(const fs::path &folder)
{
    const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    (void)::fsync(fd);
    ::close(fd);
}

void writeNew(const fs::path &path, const fs::path &target,
              const std::function<void(std::ostream &)> &produce)
{
    const int fd = ::open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666); // less the umask
    if (fd < 0)
        failToWrite(target, errno);
    DescriptorStream out(fd);
    produce(out);
    if (const int error = out.finish(); error != 0)
        failToWrite(target, error);
}

bool isThere(const fs::path &path)
{
    struct stat info = {};
    return ::lstat(path.c_str(), &info) == 0;
}

/// "name\0name\0\0" behind its start: whole, or no journal.
std::string journalText(const std::vector<std::string> &names)
{
    std::string text(journalStart);
    text += '\0';
    for (const std::string &name : names)
        text += name + '\0';
    return text + '\0';
}

bool isPlainName(const std::string &name)
{
    return !name.empty() && name != "." && name != ".." && name.find('/') == std::string::npos;
}

/// Files of this folder alone: a journal may lie in a folder that came from anywhere.
std::vector<std::string> journalNames(const fs::path &staging)
{
    std::string text;
    const int fd = ::open((staging / journalFile).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0)
        return {};
    char buffer[4096];
    ssize_t n = 0;
    while ((n = ::read(fd, buffer, sizeof(buffer))) > 0 && text.size() < (size_t{1} << 20))
        text.append(buffer, static_cast<size_t>(n));
    ::close(fd);
    std::vector<std::string> names;
    for (size_t at = 0, end = 0; (end = text.find('\0', at)) != std::string::npos; at = end + 1)
        names.push_back(text.substr(at, end - at));
    const bool whole = names.size() > 2 && names.front() == journalStart && names.back().empty();
    if (!whole)
        return {};
    names.pop_back();
    names.erase(names.begin());
    return std::ranges::all_of(names, isPlainName) ? names : std::vector<std::string>();
}

/// @returns 0, or the system's error
int complete(const fs::path &staging, const std::vector<std::string> &names)
{
    const fs::path folder = staging.parent_path();
    for (const std::string &name : names)
        if (isThere(staging / name) && ::rename((staging / name).c_str(), (folder / name).c_str()) != 0)
            return errno;
    syncFolder(folder);
    return 0;
}

void sweep(const AbandonedFolder &left, const std::string &needed)
{
    const std::vector<std::string> names = journalNames(left.path());
    const int error = complete(left.path(), names);
    if (error == 0)
        left.remove();
    else if (std::ranges::find(names, needed) != names.end())
        throw Error(
            ErrorCode::FileUnwritable,
            fmt::format("The export of {} was interrupted while its files took their names, and cannot "
                        "be completed: {}.",
                        (left.path().parent_path() / needed).string(), systemReason(error)));
}

} // namespace

/// Renames, and takes all of it back unless it is kept.
class Publication::Renaming {
public:
    Renaming() = default;
    ~Renaming()
    {
        if (!m_keep)
            for (auto done = m_done.rbegin(); done != m_done.rend(); ++done)
                ::rename(done->second.c_str(), done->first.c_str());
    }
    Renaming(const Renaming &) = delete;
    Renaming &operator=(const Renaming &) = delete;

    void move(const fs::path &from, const fs::path &to, const fs::path &target)
    {
        if (::rename(from.c_str(), to.c_str()) != 0)
            failToWrite(target, errno);
        m_done.emplace_back(from, to);
    }
    void keep() { m_keep = true; }

private:
    std::vector<std::pair<fs::path, fs::path>> m_done;
    bool m_keep = false;
};

fs::path Publication::Place::target(const std::string &name) const
{
    return folder == "." ? fs::path(name) : folder / name;
}

Publication::Publication(const fs::path &main) : m_main(outputTarget(main))
{
    sweepPublications(parentOf(m_main), m_main.filename().string());
    stage(main);
}

Publication::~Publication()
{
    for (const Place &place : m_places) // first: what is not whole any more must not be completed
        ::unlink((place.staging->path() / journalFile).c_str());
}

Publication::Place &Publication::placeOf(const fs::path &folder, const fs::path &target)
{
    std::error_code ignored;
    for (Place &place : m_places)
        if (fs::equivalent(place.folder, folder, ignored))
            return place;
    auto staging =
        std::make_unique<OwnedFolder>(folder, prefix, fmt::format("Cannot write {}", target.string()));
    staging->remember();
    return m_places.emplace_back(Place{folder, std::move(staging), {}, {}});
}

fs::path Publication::stage(const fs::path &target, Bond bond)
{
    const fs::path real = outputTarget(target);
    Place &place = placeOf(parentOf(real), target);
    if (bond == Bond::Apart)
        place.apart.insert(real.filename().string());
    return place.staging->path() / real.filename();
}

void Publication::write(const fs::path &target, const std::function<void(std::ostream &)> &produce, Bond bond)
{
    writeNew(stage(target, bond), target, produce);
}

Error Publication::ofTargets(const Error &error) const
{
    std::string sentence = error.what();
    for (const Place &place : m_places) {
        const std::string staged = place.staging->path().string() + "/";
        for (size_t at = 0; (at = sentence.find(staged, at)) != std::string::npos;)
            sentence.replace(at, staged.size(), place.folder == "." ? "" : place.folder.string() + "/");
    }
    return {error.code(), sentence};
}

bool Publication::isMain(const Place &place, const std::string &name) const
{
    return &place == &m_places.front() && name == m_main.filename();
}

/// What was made, each with the permissions of the file that it replaces; the main file last.
void Publication::collect()
{
    for (Place &place : m_places) {
        for (const fs::directory_entry &entry : fs::directory_iterator(place.staging->path())) {
            const std::string name = entry.path().filename().string();
            if (!entry.is_regular_file() || name == ownerFile)
                continue;
            struct stat replaced = {};
            if (::stat(place.target(name).c_str(), &replaced) == 0)
                ::chmod(entry.path().c_str(), replaced.st_mode & 0777U);
            place.names.push_back(name);
        }
        std::ranges::sort(place.names, {},
                          [&](const std::string &name) { return std::pair(isMain(place, name), name); });
    }
}

void Publication::writeJournals() const
{
    for (const Place &place : m_places) {
        const fs::path folder = place.staging->path();
        writeNew(folder / unfinishedJournal, m_main,
                 [&](std::ostream &out) { out << journalText(place.names); });
        if (::rename((folder / unfinishedJournal).c_str(), (folder / journalFile).c_str()) != 0)
            failToWrite(m_main, errno);
        syncFolder(folder);
    }
}

/// Whether a reader could meet the main file that is there now with a part of the new one.
bool Publication::replacesParts() const
{
    const Place &place = m_places.front();
    return isThere(m_main) && std::ranges::any_of(place.names, [&](const std::string &name) {
               return !isMain(place, name) && !place.apart.contains(name);
           });
}

void Publication::commit()
{
    collect();
    size_t files = 0;
    for (const Place &place : m_places)
        files += place.names.size();
    if (files > 1)
        writeJournals();
    Renaming renaming;
    const auto takeAway = [&](const Place &place, const std::string &name) {
        if (isThere(place.target(name)))
            renaming.move(place.target(name), place.staging->path() / (replacedPrefix + name),
                          place.target(name));
    };
    if (replacesParts())
        takeAway(m_places.front(), m_main.filename().string());
    for (auto place = m_places.rbegin(); place != m_places.rend(); ++place)
        for (const std::string &name : place->names) {
            const fs::path target = place->target(name);
            if (!isMain(*place, name)) // behind which nothing can fail
                takeAway(*place, name);
            renaming.move(place->staging->path() / name, target, target);
        }
    renaming.keep();
    for (const Place &place : m_places)
        syncFolder(place.folder);
}

void sweepPublications(const fs::path &folder, const std::string &needed)
{
    for (const AbandonedFolder &left : AbandonedFolder::among(folder, prefix))
        sweep(left, needed);
}

void sweepRememberedPublications() noexcept
{
    const auto outcome = runGuarded([] {
        for (const AbandonedFolder &left : AbandonedFolder::remembered())
            sweep(left, {});
    });
    (void)outcome; // told when the file is read or written that it concerns
}

} // namespace lathe
