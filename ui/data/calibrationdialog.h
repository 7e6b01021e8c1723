#pragma once
#include "ui/session/dataloader.h"

#include <QDialog>

class QLabel;
class QLineEdit;
class QPushButton;
class QRadioButton;

namespace lathe::ui {

/// Chooses what methods that look at a layer's inputs calibrate on: one half of the data set, or other data.
class CalibrationDialog : public QDialog {
    Q_OBJECT
public:
    explicit CalibrationDialog(const LoadedData &data, QWidget *parent = nullptr);

    QString reference() const; ///< FOLDER[:SPLIT]; empty: one half of the data set
    void setReference(const QString &reference);

private:
    void browse();
    void refresh();

    QRadioButton *m_half;
    QRadioButton *m_other;
    QLineEdit *m_folder;
    QPushButton *m_browse;
    QPushButton *m_use = nullptr;
};

} // namespace lathe::ui
