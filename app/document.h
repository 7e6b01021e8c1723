#pragma once
// Core values as JSON, in one shape for all verbs: snake_case keys, SI units, fractions; what is not finite
// is null.
#include "core/base/issue.h"
#include "core/certify/publish.h"
#include "core/compress/compressor.h"
#include "core/data/preprocessing.h"
#include "core/measure/measure.h"

#include <nlohmann/json.hpp>

namespace lathe {

using Json = nlohmann::ordered_json;

Json numberJson(double value);
Json numbersJson(const std::vector<double> &values);
template <class T>
Json optionalJson(const std::optional<T> &value)
{
    return value ? Json(*value) : Json(nullptr);
}
Json shapeJson(const Shape &shape); ///< unknown dimensions are null
Json issuesJson(const std::vector<Issue> &issues);
/// The keys of the recipe, with _ for their dots; what is as by default is left out.
Json settingsJson(const LayerSettings &settings);
Json certificateJson(const Certificate &certificate);
/// Adds NAME, NAME_low, NAME_high; all null when there is no figure.
void addInterval(Json &to, const std::string &name, const std::optional<Interval> &interval);
void addMetrics(Json &to, const Metrics &metrics); ///< top1, top5, loss with bounds, samples, output_kind
void addComparison(Json &to, const Comparison &comparison); ///< differences, agreement, kl_nats, sqnr_db

/// @throws Error Unsupported when nothing could be compared, else VerificationFailed.
void requireWritten(const Published &published);

} // namespace lathe
