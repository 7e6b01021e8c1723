#include "core/runtime/nodetimes.h"

#include "core/base/fileio.h"
#include "core/base/median.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fmt/format.h>
#include <limits>
#include <nlohmann/json.hpp>

namespace lathe {
namespace {

namespace fs = std::filesystem;

/// The profiler writes a file; it goes with this object.
class ProfileFolder {
public:
    ProfileFolder()
    {
        std::string name = (fs::temp_directory_path() / "lathe-profile-XXXXXX").string();
        if (!::mkdtemp(name.data()))
            throw Error(ErrorCode::FileUnwritable,
                        fmt::format("{} cannot be made, which measuring the layers needs: {}.", name,
                                    std::strerror(errno)));
        m_path = name;
    }
    ~ProfileFolder()
    {
        std::error_code ignored;
        fs::remove_all(m_path, ignored);
    }
    ProfileFolder(const ProfileFolder &) = delete;
    ProfileFolder &operator=(const ProfileFolder &) = delete;
    std::string prefix() const { return (m_path / "run").string(); }

private:
    fs::path m_path;
};

/// Seconds of each run, by node.
std::map<std::string, std::vector<double>> durations(const std::string &profile)
{
    constexpr std::string_view suffix = "_kernel_time";
    std::map<std::string, std::vector<double>> seconds;
    for (const nlohmann::json &event : nlohmann::json::parse(profile)) {
        const std::string name = event.value("name", "");
        if (event.value("cat", "") == "Node" && name.ends_with(suffix))
            seconds[name.substr(0, name.size() - suffix.size())].push_back(1e-6 * event.value("dur", 0.0));
    }
    return seconds;
}

} // namespace

std::map<std::string, double> nodeSeconds(const Model &model, std::span<const TensorView> feeds, int runs,
                                          const JobContext &ctx)
{
    const ProfileFolder folder;
    SessionOptions options;
    options.profilePrefix = folder.prefix();
    Session session(model, options);
    for (int run = 0; run <= runs; ++run) {
        session.run(feeds, ctx);
        ctx.checkpoint(static_cast<double>(run + 1) / (runs + 1), "timing the layers");
    }
    std::map<std::string, double> medians;
    for (auto &[name, seconds] : durations(readFile(session.finishProfile()))) {
        if (seconds.size() > 1)
            seconds.erase(seconds.begin()); // the one that warmed up
        medians[name] = median(std::move(seconds));
    }
    return medians;
}

std::vector<double> layerSeconds(const Model &model, std::span<const TensorView> feeds, int runs,
                                 const JobContext &ctx)
{
    const std::map<std::string, double> known = nodeSeconds(model, feeds, runs, ctx);
    std::vector<double> seconds;
    for (const Layer &layer : model.layers()) {
        const auto found = known.find(layer.name);
        seconds.push_back(found == known.end() ? std::numeric_limits<double>::quiet_NaN() : found->second);
    }
    return seconds;
}

} // namespace lathe
