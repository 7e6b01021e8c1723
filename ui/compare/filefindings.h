#pragma once
// What an ONNX file from elsewhere is beside the open model. No widgets.
#include "core/workflow/otherfile.h"
#include "ui/variants/variantmodel.h"

namespace lathe::ui {

/// Reads a file and finds the open model's layers in it.
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
FileFindings inspectFile(const Model &open, const QString &path, const EvaluationData *data,
                         const JobContext &ctx);
/// Whether the file is there as it was measured.
VariantFile::State stateOf(const VariantFile &file);

} // namespace lathe::ui
