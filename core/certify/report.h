#pragma once
// One page that says what was done to a model, what it cost and how that is known.
#include "core/certify/publish.h"
#include "core/measure/figures.h"

namespace lathe {

/// What was measured of the source and of the compressed model on the same samples.
struct ReportedFigures {
    Message samples;       ///< "500 samples of digits (test)"
    Message preprocessing; ///< "imagenet (found beside the model)"
    Figures baseline, compressed;
};

/// Another model that the page shows for comparison, as it was measured elsewhere.
struct ReportVariant {
    std::string name;
    Figures figures;
};

struct ReportContent {
    std::string file; ///< the compressed model
    const CompressedModel &compressed;
    const BuiltModel &built;
    const Published &published;
    std::optional<int64_t> macs; ///< of the compressed model
    std::optional<ReportedFigures> measured;
    Message::Translate translate = {}; ///< empty: in English
    std::vector<ReportVariant> others = {};
};

/// A self-contained HTML document with pictures: no script, nothing loaded from elsewhere.
std::string reportHtml(const ReportContent &content);

} // namespace lathe
