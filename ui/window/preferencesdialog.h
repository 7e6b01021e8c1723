#pragma once
#include "ui/base/preferences.h"

#include <QDialog>

class QComboBox;
class QFormLayout;
class QSpinBox;

namespace lathe::ui {

class PreferencesDialog : public QDialog {
    Q_OBJECT
public:
    explicit PreferencesDialog(const Preferences &start, QWidget *parent = nullptr);

    Preferences preferences() const;

private:
    QSpinBox *addNumber(QFormLayout *form, const QString &label, int low, int high, int value,
                        const QString &suffix, const QString &tip);

    QComboBox *m_scheme;
    QComboBox *m_language;
    QSpinBox *m_threads, *m_cacheMemory, *m_calibrationMemory, *m_calibrationDisk;
};

} // namespace lathe::ui
