#include "core/runtime/nodetimes.h"

#include "core/base/fileio.h"
#include "core/base/median.h"
#include "core/base/temporaryfolder.h"
#include "core/runtime/profilednames.h"

#include <limits>
#include <nlohmann/json.hpp>

namespace lathe {
namespace {

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
    const TemporaryFolder folder; // the profiler writes a file
    SessionOptions options;
    options.profilePrefix = (folder.path() / "run").string();
    Session session(model, options);
    for (int run = 0; run <= runs; ++run) {
        session.run(feeds, ctx);
        ctx.checkpoint(static_cast<double>(run + 1) / (runs + 1), Message::tr("timing the layers"));
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
    return layerSeconds(model, nodeSeconds(model, feeds, runs, ctx));
}

std::vector<double> layerSeconds(const Model &model, const std::map<std::string, double> &nodes)
{
    const Model::Content &content = model.content();
    const std::vector<std::string> names = profiledNames(content.proto.graph());
    std::vector<double> seconds;
    for (size_t i = 0; i < content.layers.size(); ++i) {
        const Layer &layer = content.layers[i];
        const LayerSite &site = content.sites[i];
        const bool isWholeNode = layer.kind != LayerKind::Lstm && layer.kind != LayerKind::Gru;
        const auto found = nodes.find(
            site.graph == 0 && isWholeNode ? names.at(static_cast<size_t>(site.node)) : layer.name);
        seconds.push_back(found == nodes.end() ? std::numeric_limits<double>::quiet_NaN() : found->second);
    }
    return seconds;
}

} // namespace lathe
