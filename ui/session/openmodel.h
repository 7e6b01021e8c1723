#pragma once
#include "core/compress/compressor.h"
#include "core/exporting/graph.h"
#include "ui/jobs/jobrunner.h"
#include "ui/session/dataloader.h"
#include "ui/session/refusal.h"
#include "ui/session/tuningshelf.h"

#include <memory>
#include <optional>

namespace lathe::ui {

/// The model that is open and the data that it is measured on. Its workbench fills it; the parts of the
/// workbench read it.
struct OpenModel {
    std::shared_ptr<Compressor> compressor; ///< null: no model is open
    std::shared_ptr<Exporter> exporter;     ///< of the same model
    QString path;
    QString project;                ///< the file that keeps the work on it; empty: the stored session does
    std::optional<LoadedData> data; ///< none: sizes only
    JobRunner dataRunner;           ///< loads the next data
    TuningsByHash tunings;          ///< trained values that the work on it names when it is opened

    bool isOpen() const { return compressor != nullptr; }
    const Model &model() const { return compressor->source(); } ///< only with a model
    bool isLoadingData() const { return dataRunner.isRunning(); }
    /// Why there is nothing to calibrate on although there are data; empty otherwise.
    Message calibrationFailure() const { return data ? data->calibrationFailure : Message(); }
    DataState dataState() const
    {
        return isLoadingData() ? DataState::Loading : data ? DataState::Loaded : DataState::None;
    }
};

} // namespace lathe::ui
