#pragma once
// The forms in which a compressed model can be written, and what each would weigh.
#include "core/exporting/graph.h"

#include <QString>
#include <QVector>

#include <functional>

namespace lathe::ui {

struct ExportForm {
    Storage storage = Storage::Compact;
    QString name;
    QString hint; ///< who reads it, and what it is good for
};
QVector<ExportForm> exportForms();

/// What the file would weigh in one form.
struct FormWeight {
    int form = 0;                     ///< of exportForms()
    int64_t bytes = 0;                ///< of the file
    std::vector<LayerStorage> layers; ///< as the model's
    std::vector<Issue> issues;        ///< of compressing and of building
    QString failure;                  ///< why the model cannot be written so; empty: it can
};

/// Hands over one form after the other. @throws Error as Compressor::compress() does. @throws Cancelled
void weighForms(Compressor &compressor, Exporter &exporter, const Recipe &recipe,
                const std::function<void(FormWeight)> &deliver, const JobContext &ctx);

} // namespace lathe::ui
