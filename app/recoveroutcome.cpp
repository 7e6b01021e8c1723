#include "app/recoveroutcome.h"

#include "app/output.h"
#include "app/text.h"
#include "core/base/heap.h"

#include <fmt/format.h>

namespace lathe {
namespace {

Json figuresJson(double divergence, const Recovered &recovered, const std::optional<MeasuredModel> &measured)
{
    Json json{{recovered.ofClasses || recovered.heldOut == 0 ? "held_out_kl_nats" : "held_out_energy_lost",
               recovered.heldOut > 0 ? numberJson(divergence) : Json(nullptr)}};
    if (measured) {
        addMetrics(json, measured->metrics);
        addComparison(json["comparison"], measured->comparison);
    }
    return json;
}

Json stepsJson(const Recovered &recovered, const std::optional<train::TrainedRecovery> &trained)
{
    Json steps = Json::array();
    double before = recovered.divergenceBefore;
    const auto difference = [&](double value) {
        return recovered.heldOut > 0 ? numberJson(value) : Json(nullptr);
    };
    for (const RecoveryOutcome &outcome : recovered.steps) {
        steps.push_back({{"step", std::string(nameOf(outcome.step))},
                         {"kept", outcome.kept},
                         {"changed", outcome.layers},
                         {"before", difference(before)},
                         {"after", difference(outcome.divergence)},
                         {"seconds", numberJson(outcome.seconds)}});
        before = outcome.kept ? outcome.divergence : before;
    }
    for (const TrainedStep &step : trainedSteps(trained))
        steps.push_back({{"step", step.name},
                         {"kept", step.kept},
                         {"changed", step.changed},
                         {"before", difference(step.before)},
                         {"after", difference(step.after)},
                         {"seconds", numberJson(step.seconds)}});
    return steps;
}

} // namespace

Json documentOf(const RecoverOptions &options, const Recovery &r)
{
    const Recovered &recovered = r.recovered;
    Json json{{"file", options.output},
              {"source", options.teacher.empty() ? options.model : options.teacher},
              {"size_bytes", r.published.bytes},
              {"source_size_bytes", recovered.model.origin.fileBytes()},
              {"recipe", Json::parse(toJson(r.model.compressed.finalRecipe()))},
              {"train", options.train.empty() ? Json(nullptr) : Json(options.train)},
              {"samples", recovered.fitted},
              {"held_out_samples", recovered.heldOut},
              {"gradients", r.trained.has_value()},
              {"before", figuresJson(recovered.divergenceBefore, recovered, r.before)},
              {"after", figuresJson(recovered.divergenceAfter, recovered, r.after)},
              {"steps", stepsJson(recovered, r.trained)},
              {"seconds", numberJson(r.seconds)},
              {"stopped", r.trained ? stopName(*r.trained) : "finished"}};
    if (r.trained)
        json["training"] = trainingJson(*r.trained);
    json["data"] = r.samples.empty() ? Json(nullptr) : Json(r.samples.text());
    json["tuning"] = options.saveTuning.empty() ? Json(nullptr) : Json(options.saveTuning);
    json["tuning_sha256"] = recovered.tuning->sha256();
    json["certificate"] = r.published.certificate ? certificateJson(*r.published.certificate) : Json(nullptr);
    std::vector<Issue> issues = r.model.issues();
    issues.insert(issues.end(), recovered.issues.begin(), recovered.issues.end());
    json["issues"] = issuesJson(issues);
    return json;
}

std::string textOf(const RecoverOptions &options, const Recovery &r)
{
    using enum Table::Align;
    const Recovered &recovered = r.recovered;
    Table table({{"Step", Left}, {"Changed"}, {"Held-out difference"}, {"Kept", Left}, {"Took"}});
    const auto difference = [&](double value) { return recovered.heldOut > 0 ? numberText(value) : "-"; };
    table.add({"as compressed", "-", difference(recovered.divergenceBefore), "-", "-"});
    for (const RecoveryOutcome &outcome : recovered.steps)
        table.add({std::string(nameOf(outcome.step)), std::to_string(outcome.layers),
                   difference(outcome.divergence), outcome.kept ? "yes" : "no",
                   durationText(outcome.seconds)});
    for (const TrainedStep &step : trainedSteps(r.trained))
        table.add({step.name, std::to_string(step.changed), difference(step.after), step.kept ? "yes" : "no",
                   durationText(step.seconds)});
    Fields fields{{"Written", options.output},
                  {"Samples", options.train.empty()
                                  ? std::string("none")
                                  : fmt::format("{} fitted to, {} held out, of {}", recovered.fitted,
                                                recovered.heldOut, options.train)},
                  {"Took", durationText(r.seconds)},
                  {"Memory", fmt::format("{} at most", bytesText(peakMemory()))}};
    if (r.before) {
        fields.emplace_back("Data", r.samples.text());
        if (r.measured->baseline.top1)
            fields.emplace_back("Top-1 of the original", rateText(*r.measured->baseline.top1));
        if (r.before->metrics.top1)
            fields.emplace_back("Top-1 as compressed", rateText(*r.before->metrics.top1));
        if (r.after->metrics.top1)
            fields.emplace_back("Top-1 recovered", rateText(*r.after->metrics.top1));
        addComparisonFields(fields, r.after->comparison);
    }
    fields.emplace_back("Trained values", recovered.tuning->sha256());
    return table.text() + "\n" + fieldsText(fields);
}

} // namespace lathe
