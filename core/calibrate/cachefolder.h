#pragma once
// The folder of statistics that outlives the program. Inside core/calibrate only.
#include "core/methods/statistics.h"

#include <filesystem>
#include <optional>

namespace lathe {

/// Files are written whole and read with a checksum, so several programs may use the folder at once. Whatever
/// goes wrong with a file only means that it is not there.
class CacheFolder {
public:
    /// @param folder made when it is missing; empty: keeps nothing.
    CacheFolder(const std::filesystem::path &folder, int64_t limitBytes);
    bool usable() const { return !m_folder.empty(); }

    std::optional<InputStatistics> find(const std::string &key, Index groups, Index cols) const;
    bool holds(const std::string &key) const; ///< a file of that name, whatever is in it
    void insert(const std::string &key, const InputStatistics &statistics) const;
    std::optional<GradientStatistics> findGradients(const std::string &key, Index rows, Index cols) const;
    void insert(const std::string &key, const GradientStatistics &statistics) const;

private:
    std::filesystem::path fileOf(const std::string &key) const;
    template <class F>
    auto read(const std::string &key, const F &readFile) const;
    template <class Statistics>
    void write(const std::string &key, const Statistics &statistics) const;
    void trim(const std::filesystem::path &newest) const;

    std::filesystem::path m_folder;
    int64_t m_limit;
};

} // namespace lathe
