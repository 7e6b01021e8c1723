#include "core/calibrate/cachefolder.h"

#include "core/calibrate/calibration.h"
#include "core/calibrate/statisticsfile.h"

#include <algorithm>
#include <cstdlib>
#include <unistd.h>
#include <vector>

namespace lathe {
namespace {

namespace fs = std::filesystem;
constexpr const char *extension = ".statistics";

struct CachedFile {
    fs::path path;
    fs::file_time_type used;
    int64_t bytes = 0;
};

/// Ours alone, with what a program that died left half written.
std::vector<CachedFile> filesOf(const fs::path &folder)
{
    std::vector<CachedFile> files;
    std::error_code error;
    for (fs::directory_iterator i(folder, error), end; !error && i != end; i.increment(error)) {
        CachedFile file{i->path(), {}, 0};
        std::error_code gone;
        file.used = i->last_write_time(gone);
        file.bytes = static_cast<int64_t>(i->file_size(gone));
        if (!gone && file.path.filename().string().find(extension) != std::string::npos)
            files.push_back(std::move(file));
    }
    return files;
}

bool isLeftOver(const CachedFile &file)
{
    return file.path.extension() != extension &&
           file.used < fs::file_time_type::clock::now() - std::chrono::hours(1);
}

} // namespace

fs::path CalibrationOptions::defaultCacheFolder()
{
    const char *cache = std::getenv("XDG_CACHE_HOME");
    if (cache && fs::path(cache).is_absolute())
        return fs::path(cache) / "lathe" / "calibration";
    const char *home = std::getenv("HOME");
    return home && *home ? fs::path(home) / ".cache" / "lathe" / "calibration" : fs::path();
}

CacheFolder::CacheFolder(const fs::path &folder, int64_t limitBytes) : m_limit(limitBytes)
{
    std::error_code error;
    if (!folder.empty())
        fs::create_directories(folder, error);
    if (!folder.empty() && ::access(folder.c_str(), R_OK | W_OK | X_OK) == 0)
        m_folder = folder;
}

template <class F>
auto CacheFolder::read(const std::string &key, const F &readFile) const
{
    const fs::path file = fileOf(key);
    auto found = usable() ? readFile(file) : decltype(readFile(file))();
    std::error_code ignored;
    if (found)
        fs::last_write_time(file, fs::file_time_type::clock::now(), ignored); // the oldest go first
    else if (usable())
        fs::remove(file, ignored);
    return found;
}

std::optional<InputStatistics> CacheFolder::find(const std::string &key, Index groups, Index cols) const
{
    return read(key, [&](const fs::path &file) { return readStatistics(file, groups, cols); });
}

std::optional<GradientStatistics> CacheFolder::findGradients(const std::string &key, Index rows,
                                                             Index cols) const
{
    return read(key, [&](const fs::path &file) { return readGradients(file, rows, cols); });
}

bool CacheFolder::holds(const std::string &key) const
{
    std::error_code ignored;
    return usable() && fs::exists(fileOf(key), ignored);
}

template <class Statistics>
void CacheFolder::write(const std::string &key, const Statistics &statistics) const
{
    if (!usable())
        return;
    try {
        writeStatistics(fileOf(key), statistics);
        trim(fileOf(key));
    } catch (const Error &) { // a full disk: nothing is kept
        return;
    }
}

void CacheFolder::insert(const std::string &key, const InputStatistics &statistics) const
{
    write(key, statistics);
}

void CacheFolder::insert(const std::string &key, const GradientStatistics &statistics) const
{
    write(key, statistics);
}

fs::path CacheFolder::fileOf(const std::string &key) const
{
    return m_folder / (key + extension);
}

void CacheFolder::trim(const fs::path &newest) const
{
    std::vector<CachedFile> files = filesOf(m_folder);
    std::ranges::sort(files, {}, &CachedFile::used);
    int64_t total = 0;
    for (const CachedFile &file : files)
        total += file.bytes;
    for (const CachedFile &file : files) {
        if (file.path == newest || (total <= m_limit && !isLeftOver(file)))
            continue;
        std::error_code ignored;
        fs::remove(file.path, ignored);
        total -= file.bytes;
    }
}

} // namespace lathe
