#pragma once
// What a process writes down before several files take their names, for the one that has to complete it.
#include <filesystem>
#include <string>
#include <vector>

namespace lathe {

/// Files of one folder. Where they lie in several folders, the journal of the main file's leads and is
/// written last: what there is of the others counts only together with it.
struct PublicationJournal {
    std::vector<std::string> names;               ///< in the order in which they take them
    std::filesystem::path leader;                 ///< hidden folder of the main file; empty: this is it
    std::vector<std::filesystem::path> followers; ///< the other hidden folders, of the leading journal

    bool empty() const { return names.empty(); }
    std::string text() const;
    /// Empty where there is none, or none that is whole.
    static PublicationJournal read(const std::filesystem::path &staging);
};

/// Names in a hidden folder of a publication.
constexpr const char *journalFile = ".journal";
constexpr const char *unfinishedJournal = ".journal.new";
constexpr const char *madeFiles = "files";        ///< folder: under the names that they will take
constexpr const char *replacedFiles = "replaced"; ///< folder: what had these names

/// Lets the files of a leading journal and of those that follow it take their names.
/// @returns 0, or the system's error
int completePublication(const std::filesystem::path &staging, const PublicationJournal &journal);

/// So that names survive a loss of power in the order they were given. Not every file system can.
void syncFolder(const std::filesystem::path &folder);

bool isThere(const std::filesystem::path &path);

} // namespace lathe
