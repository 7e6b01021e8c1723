#include "core/base/publication.h"

#include "core/base/descriptorstream.h"
#include "core/base/outputs.h"
#include "core/base/ownedfolder.h"
#include "core/base/publicationjournal.h"
#include "core/base/systemreason.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <iterator>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace lathe {
namespace {

namespace fs = std::filesystem;

constexpr const char *prefix = ".lathe-";

[[noreturn]] void failToWrite(const fs::path &target, int error)
{
    throw Error(ErrorCode::FileUnwritable,
                Message::tr("Cannot write {}: {}.", target.string(), systemReason(error)));
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

[[noreturn]] void refuseUnfinished(const fs::path &target, int error)
{
    throw Error(ErrorCode::FileUnwritable,
                Message::tr("The export of {} was interrupted while its files took their names, and cannot "
                            "be completed: {}.",
                            target.string(), systemReason(error)));
}

/// With what follows it, which its lock stands for. @returns 0, or the system's error
int finish(const AbandonedFolder &leading, const PublicationJournal &journal)
{
    const int error = completePublication(leading.path(), journal);
    if (error == 0)
        leading.remove();
    return error;
}

void sweep(const AbandonedFolder &left, const std::string &needed)
{
    const PublicationJournal journal = PublicationJournal::read(left.path());
    int error = 0;
    if (journal.leader.empty()) {
        error = finish(left, journal);
    } else {
        for (const AbandonedFolder &leader : AbandonedFolder::at(journal.leader))
            error = finish(leader, PublicationJournal::read(leader.path()));
        if (!isThere(journal.leader)) // completed, or killed before there was anything to complete
            left.remove();
    }
    if (error != 0 && std::ranges::find(journal.names, needed) != journal.names.end())
        refuseUnfinished(left.path().parent_path() / needed, error);
}

/// What leads first: its lock is held here, and what follows it goes when it is gone.
void sweep(const std::vector<AbandonedFolder> &all, const std::string &needed)
{
    for (const bool leading : {true, false})
        for (const AbandonedFolder &left : all)
            if (isThere(left.path()) && PublicationJournal::read(left.path()).leader.empty() == leading)
                sweep(left, needed);
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
    for (const Place &place : m_places)
        for (const char *part : {madeFiles, replacedFiles}) // here where empty: without a descriptor
            ::rmdir((place.staging->path() / part).c_str());
}

Publication::Place &Publication::placeOf(const fs::path &folder, const fs::path &target)
{
    std::error_code ignored;
    for (Place &place : m_places)
        if (fs::equivalent(place.folder, folder, ignored))
            return place;
    auto staging =
        std::make_unique<OwnedFolder>(folder, prefix, Message::tr("Cannot write {}", target.string()));
    staging->remember();
    for (const char *part : {madeFiles, replacedFiles})
        if (::mkdir((staging->path() / part).c_str(), 0700) != 0)
            failToWrite(target, errno);
    return m_places.emplace_back(Place{folder, std::move(staging), {}, {}});
}

fs::path Publication::stage(const fs::path &target, Bond bond)
{
    const fs::path real = outputTarget(target);
    Place &place = placeOf(parentOf(real), target);
    if (bond == Bond::Apart)
        place.apart.insert(real.filename().string());
    return place.staging->path() / madeFiles / real.filename();
}

void Publication::write(const fs::path &target, const std::function<void(std::ostream &)> &produce, Bond bond)
{
    writeNew(stage(target, bond), target, produce);
}

Error Publication::ofTargets(const Error &error) const
{
    const Message told = error.message().rewritten([this](std::string text) {
        for (const Place &place : m_places) {
            const std::string staged = (place.staging->path() / madeFiles).string() + "/";
            for (size_t at = 0; (at = text.find(staged, at)) != std::string::npos;)
                text.replace(at, staged.size(), place.folder == "." ? "" : place.folder.string() + "/");
        }
        return text;
    });
    return {error.code(), told};
}

bool Publication::isMain(const Place &place, const std::string &name) const
{
    return &place == &m_places.front() && name == m_main.filename();
}

/// What was made, each with the permissions of the file that it replaces; the main file last.
void Publication::collect()
{
    for (Place &place : m_places) {
        for (const fs::directory_entry &entry : fs::directory_iterator(place.staging->path() / madeFiles)) {
            const std::string name = entry.path().filename().string();
            if (!entry.is_regular_file())
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

/// That of the main file last: from it on, the next one completes what this one does not.
void Publication::writeJournals() const
{
    const auto stagingOf = [](const Place &place) { return fs::absolute(place.staging->path()); };
    for (auto place = m_places.rbegin(); place != m_places.rend(); ++place) {
        PublicationJournal journal{place->names, {}, {}};
        if (&*place != &m_places.front())
            journal.leader = stagingOf(m_places.front());
        else
            std::transform(m_places.begin() + 1, m_places.end(), std::back_inserter(journal.followers),
                           stagingOf);
        const fs::path folder = place->staging->path();
        writeNew(folder / unfinishedJournal, m_main, [&](std::ostream &out) { out << journal.text(); });
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
            renaming.move(place.target(name), place.staging->path() / replacedFiles / name,
                          place.target(name));
    };
    if (replacesParts())
        takeAway(m_places.front(), m_main.filename().string());
    for (auto place = m_places.rbegin(); place != m_places.rend(); ++place)
        for (const std::string &name : place->names) {
            const fs::path target = place->target(name);
            if (!isMain(*place, name)) // behind which nothing can fail
                takeAway(*place, name);
            renaming.move(place->staging->path() / madeFiles / name, target, target);
        }
    renaming.keep();
    for (const Place &place : m_places)
        syncFolder(place.folder);
}

void sweepPublications(const fs::path &folder, const std::string &needed)
{
    sweep(AbandonedFolder::among(folder, prefix), needed);
}

void sweepRememberedPublications() noexcept
{
    const auto outcome = runGuarded([] { sweep(AbandonedFolder::remembered(), {}); });
    (void)outcome; // told when the file is read or written that it concerns
}

} // namespace lathe
