#pragma once
// The forms in which a compressed model can be written.
#include "core/exporting/graph.h"

#include <QString>
#include <QVector>

namespace lathe::ui {

struct ExportForm {
    Storage storage = Storage::Compact;
    QString name;
    QString hint; ///< who reads it, and what it is good for
};
QVector<ExportForm> exportForms();

} // namespace lathe::ui
