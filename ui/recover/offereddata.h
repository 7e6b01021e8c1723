#pragma once
// What can be learned from beside what is measured.
#include "ui/session/dataloader.h"

#include <QVector>

namespace lathe::ui {

/// What is learned from is never measured on.
struct DataInUse {
    QString measured, calibrated;
    bool isHalf = false; ///< what is calibrated on is one half of what is measured otherwise
};
DataInUse dataInUse(const LoadedData &data);

using OfferedData = QVector<std::pair<QString, QString>>; ///< reference, and how it is called
/// A part that was meant to be learned from, if there is one beside what is measured; then what is calibrated
/// on. Opens the data set.
OfferedData offeredData(const DataInUse &in);

} // namespace lathe::ui
