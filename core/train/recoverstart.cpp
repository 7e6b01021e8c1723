#include "core/train/recoverstart.h"

#include "core/base/error.h"
#include "core/base/fileio.h"
#include "core/base/systemreason.h"
#include "core/compress/tuningfile.h"
#include "core/train/recover.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

namespace lathe::train {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array nextNames = {"refit", "ramp", "blocks", "training"};

std::string hashOf(std::initializer_list<std::string> parts)
{
    std::string all;
    for (const std::string &part : parts)
        all += part + '\n';
    return sha256Hex(all);
}

Json triedJson(const std::vector<RecoveryOutcome> &tried)
{
    Json json = Json::array();
    for (const RecoveryOutcome &outcome : tried)
        json.push_back({{"step", std::string(nameOf(outcome.step))}, {"kept", outcome.kept}});
    return json;
}

std::vector<RecoveryOutcome> triedFrom(const Json &json)
{
    std::vector<RecoveryOutcome> tried;
    for (const Json &one : json)
        if (const auto step = recoveryStep(one.at("step").get<std::string>()))
            tried.push_back({*step, one.at("kept").get<bool>()});
    return tried;
}

void tryToWrite(std::vector<Message> &notes, const std::function<void()> &write)
{
    try {
        write();
    } catch (const Error &error) {
        const Message what = Message::tr("{} Training goes on without it.", error.message());
        if (std::ranges::find(notes, what) == notes.end())
            notes.push_back(what);
    }
}

} // namespace

std::filesystem::path planBeside(const std::filesystem::path &checkpoint)
{
    return checkpoint.string() + ".plan.json";
}

std::filesystem::path startBeside(const std::filesystem::path &checkpoint)
{
    return checkpoint.string() + ".start" + tuningSuffix;
}

StartFile::StartFile(std::filesystem::path checkpoint, const CompressedModel &start, const TrainingData &data,
                     const Plan *ramp)
    : m_checkpoint(std::move(checkpoint)), m_source(start.origin.sha256()),
      m_recipe(sha256Hex(toJson(start.recipe))),
      m_run(hashOf({m_source, m_recipe, start.tuning ? start.tuning->sha256() : "", data.hash()})),
      m_ramp(ramp != nullptr ? sha256Hex(toJson(*ramp)) : "")
{
}

void StartFile::removeOthers() const
{
    if (m_checkpoint.empty())
        return;
    for (const std::filesystem::path &file :
         {m_checkpoint, planBeside(m_checkpoint), startBeside(m_checkpoint)}) {
        std::error_code refused;
        std::filesystem::remove(file, refused);
        if (refused)
            throw Error(ErrorCode::FileUnwritable,
                        Message::tr("Cannot remove {}, which an earlier training left: {}.", file.string(),
                                    systemReason(refused.value())));
    }
}

std::optional<Reached> StartFile::read(const JobContext &ctx) const
{
    const std::filesystem::path path = startBeside(m_checkpoint);
    if (m_checkpoint.empty() || !std::filesystem::exists(path))
        return {};
    const TuningFile file = loadTuning(path, ctx);
    requireTuningOf(file, m_source, path);
    try {
        const Json json = Json::parse(file.origin.figures.empty() ? "{}" : file.origin.figures);
        const auto next = std::ranges::find(nextNames, json.value("next", ""));
        const std::string ramp = json.value("ramp", "");
        // A plan that was written when it was over says nothing of it any more.
        const bool isSameRamp = ramp == m_ramp || (m_ramp.empty() && next == std::prev(nextNames.end()));
        if (next == nextNames.end() || json.value("run", "") != m_run || !isSameRamp)
            throw otherTraining(path);
        return Reached{static_cast<Reached::Next>(next - nextNames.begin()), file.tuning,
                       triedFrom(json.at("tried")), json.at("stages").get<int64_t>(),
                       json.at("seconds").get<double>()};
    } catch (const Json::exception &) {
        throw otherTraining(path);
    }
}

std::string StartFile::figures(const Reached &reached) const
{
    return Json{{"run", m_run},
                {"ramp", m_ramp},
                {"next", nextNames.at(static_cast<size_t>(reached.next))},
                {"tried", triedJson(reached.tried)},
                {"stages", reached.stages},
                {"seconds", reached.seconds}}
        .dump();
}

void StartFile::keep(const Reached &reached, std::vector<Message> &notes) const
{
    if (m_checkpoint.empty() || !reached.tuning)
        return;
    tryToWrite(notes, [&] {
        saveTuning({reached.tuning, {m_source, m_recipe, {}, {}, figures(reached)}},
                   startBeside(m_checkpoint));
    });
}

void StartFile::keepPlan(const Plan &plan, std::vector<Message> &notes) const
{
    if (!m_checkpoint.empty())
        tryToWrite(notes, [&] { writeFileAtomically(planBeside(m_checkpoint), toJson(plan)); });
}

} // namespace lathe::train
