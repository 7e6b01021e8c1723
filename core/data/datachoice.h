#pragma once
#include "core/data/preprocessing.h"

namespace lathe {

/// Which data a model is measured and calibrated on.
struct DataChoice {
    std::string reference;                      ///< FOLDER[:SPLIT][#first|#second], as Dataset::open()
    std::optional<Preprocessing> preprocessing; ///< empty: what lies beside the model, else a guess
    int limit = 0;                              ///< samples to measure at most; 0: all
    std::string calibration; ///< reference of what is calibrated on; empty: the half that is not measured
};

} // namespace lathe
