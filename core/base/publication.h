#pragma once
// Files that appear under their names together, or not at all.
#include "core/base/error.h"

#include <filesystem>
#include <functional>
#include <iosfwd>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace lathe {

class OwnedFolder;

/// Files are made in hidden folders beside their targets and take their names by renaming. Where there are
/// several, a journal is written first: what a killed process has begun to rename is completed by the next
/// one that starts, writes there or loads a model from there. A model that is replaced together with what
/// belongs to it is taken away first and comes last, so that no reader ever sees it with the parts of
/// another.
///
/// A target that is a link stays one, and what it leads to is replaced. A file that is replaced hands on its
/// permissions; a new one gets those of the umask.
class Publication {
public:
    /// @param main takes its name last
    /// @throws Error FileUnwritable, as outputTarget() does
    explicit Publication(const std::filesystem::path &main);
    ~Publication();
    Publication(const Publication &) = delete;
    Publication &operator=(const Publication &) = delete;

    enum class Bond {
        Part, ///< the main file is read together with it
        Apart ///< stands for itself: a report
    };
    /// Where to make the file for a target. Files that are made beside it are its parts.
    std::filesystem::path stage(const std::filesystem::path &target, Bond bond = Bond::Part);
    /// Makes it. Flushed to disk. @throws Error FileUnwritable, and whatever `produce` throws
    void write(const std::filesystem::path &target, const std::function<void(std::ostream &)> &produce,
               Bond bond = Bond::Part);
    /// The sentence of an error about a staged file, told of its target.
    Error ofTargets(const Error &error) const;
    /// @throws Error FileUnwritable: nothing has changed then
    void commit();

private:
    /// Targets that lie in one folder.
    struct Place {
        std::filesystem::path folder;
        std::unique_ptr<OwnedFolder> staging;
        std::vector<std::string> names; ///< when it is committed, in order
        std::set<std::string> apart;

        std::filesystem::path target(const std::string &name) const;
    };
    class Renaming;

    Place &placeOf(const std::filesystem::path &folder, const std::filesystem::path &target);
    bool isMain(const Place &place, const std::string &name) const;
    void collect();
    void writeJournals() const;
    bool replacesParts() const;

    std::filesystem::path m_main; ///< links followed
    std::vector<Place> m_places;  ///< the one of `main` first
};

/// Completes what killed processes began to publish into this folder, and removes what they left of the rest.
/// @param needed file that somebody is about to read; empty: none
/// @throws Error FileUnwritable when it belongs to a publication that cannot be completed
void sweepPublications(const std::filesystem::path &folder, const std::string &needed = {});
/// The same wherever this user published. For the start of a program; never throws.
void sweepRememberedPublications() noexcept;

} // namespace lathe
