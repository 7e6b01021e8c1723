#pragma once
// What an ONNX file from elsewhere is beside the open model. No widgets.
#include "core/exporting/readableweights.h"
#include "core/model/layermatching.h"
#include "ui/session/dataloader.h"
#include "ui/variants/variantmodel.h"

namespace lathe::ui {

/// The layers of an open model in another file.
struct MatchedFile {
    Model model; ///< as it is
    ReadableModel readable;
    LayerMatching matching; ///< of the open model's layers to those of `readable`
};
/// @param sha256 of the file that is meant; empty: any. @throws Error FileUnreadable, MalformedModel,
/// InvalidArgument (another file by now). @throws Cancelled
MatchedFile matchFile(const Model &open, const QString &path, const QString &sha256, const JobContext &ctx);

struct FileFindings {
    VariantFile file;
    Figures figures;
};
/// Runs the file itself on the samples of the open model. @param data null: what needs no samples.
/// @throws Error InvalidArgument in one sentence when the file takes or gives something else than the open
/// model. @throws Error as Model::load and Session do. @throws Cancelled
FileFindings inspectFile(const Model &open, const QString &path, const LoadedData *data,
                         const JobContext &ctx);
/// Whether the file is there as it was measured.
VariantFile::State stateOf(const VariantFile &file);

} // namespace lathe::ui
