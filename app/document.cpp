#include "app/document.h"

#include "core/recipe/keys.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace lathe {
namespace {

const char *nameOf(OutputKind kind)
{
    switch (kind) {
    case OutputKind::Logits:
        return "logits";
    case OutputKind::Probabilities:
        return "probabilities";
    case OutputKind::LogProbabilities:
        return "log_probabilities";
    case OutputKind::NotClasses:
        break;
    }
    return "not_classes";
}

const char *nameOf(CertificateCheck::Result result)
{
    switch (result) {
    case CertificateCheck::Result::Passed:
        return "passed";
    case CertificateCheck::Result::Failed:
        return "failed";
    case CertificateCheck::Result::NotApplicable:
        break;
    }
    return "not_applicable";
}

constexpr const char *unprovenHint = "With --no-verify it is written without proof.";

/// @throws Error Unsupported when nothing could be compared, else VerificationFailed.
[[noreturn]] void failCertificate(const Certificate &certificate)
{
    if (!certificate.failed())
        throw Error(ErrorCode::Unsupported,
                    Message::tr("Nothing can be proven about {}: {} {}", certificate.file,
                                certificate.unproven, unprovenHint));
    std::string reasons;
    for (const CertificateCheck &check : certificate.checks)
        if (check.result == CertificateCheck::Result::Failed)
            reasons += fmt::format(" {}: {}", check.name, check.detail);
    throw Error(
        ErrorCode::VerificationFailed,
        Message::tr("{} was not written, because it could not be proven to do what its recipe says.{} {}",
                    certificate.file, reasons, unprovenHint));
}

} // namespace

Json numberJson(double value)
{
    return std::isfinite(value) ? Json(value) : Json(nullptr);
}

Json numbersJson(const std::vector<double> &values)
{
    Json list = Json::array();
    for (const double value : values)
        list.push_back(numberJson(value));
    return list;
}

Json shapeJson(const Shape &shape)
{
    Json list = Json::array();
    for (const int64_t dimension : shape)
        list.push_back(dimension < 0 ? Json(nullptr) : Json(dimension));
    return list;
}

Json issuesJson(const std::vector<Issue> &issues)
{
    Json list = Json::array();
    for (const Issue &issue : issues)
        list.push_back({{"severity", issue.severity == Issue::Severity::Warning ? "warning" : "note"},
                        {"layer", issue.layer.empty() ? Json(nullptr) : Json(issue.layer)},
                        {"text", issue.message.text()}});
    return list;
}

Json settingsJson(const LayerSettings &settings)
{
    Json json = Json::object();
    for (const Change &change : changesFor(settings)) {
        std::string key = change.key;
        std::ranges::replace(key, '.', '_');
        if (change.value.ends_with('%')) // the one value that may be said in another unit
            key += "_share";
        const recipe::TypedValue value = recipe::typedValue(recipe::infoOf(change.key), change.value);
        if (const auto *whole = std::get_if<int64_t>(&value)) // every number is a double in this list
            json[key] = static_cast<double>(*whole);
        else
            std::visit([&](const auto &plain) { json[key] = plain; }, value);
    }
    return json;
}

Json certificateJson(const Certificate &certificate)
{
    Json checks = Json::array();
    for (const CertificateCheck &check : certificate.checks)
        checks.push_back(
            {{"name", check.name.text()}, {"result", nameOf(check.result)}, {"detail", check.detail.text()}});
    return {{"passed", certificate.passed()},
            {"sha256", certificate.fileSha256},
            {"source_sha256", certificate.sourceSha256},
            {"recipe_sha256", certificate.recipeSha256},
            {"samples", certificate.samples},
            {"inputs_used", certificate.inputsUsed.text()},
            {"unproven", certificate.unproven.empty() ? Json(nullptr) : Json(certificate.unproven.text())},
            {"max_relative_difference", numberJson(certificate.maxRelativeDifference)},
            {"checks", std::move(checks)}};
}

void addInterval(Json &to, const std::string &name, const std::optional<Interval> &interval)
{
    to[name] = interval ? numberJson(interval->value) : Json(nullptr);
    to[name + "_low"] = interval ? numberJson(interval->low) : Json(nullptr);
    to[name + "_high"] = interval ? numberJson(interval->high) : Json(nullptr);
}

void addMetrics(Json &to, const Metrics &metrics)
{
    addInterval(to, "top1", metrics.top1);
    addInterval(to, "top5", metrics.top5);
    addInterval(to, "loss", metrics.loss);
    to["samples"] = metrics.samples;
    to["output_kind"] = nameOf(metrics.kind);
}

void addComparison(Json &to, const Comparison &comparison)
{
    addInterval(to, "top1_difference", comparison.top1Difference);
    addInterval(to, "loss_difference", comparison.lossDifference);
    addInterval(to, "agreement", comparison.agreement);
    to["kl_nats"] = comparison.meanKl ? numberJson(*comparison.meanKl) : Json(nullptr);
    to["sqnr_db"] = numberJson(comparison.sqnrDecibel);
    to["max_relative_difference"] = numberJson(comparison.maxRelativeDifference);
    to["changed_samples"] = comparison.changed.size();
}

void requireWritten(const Published &published)
{
    if (!published.written)
        failCertificate(*published.certificate);
}

} // namespace lathe
