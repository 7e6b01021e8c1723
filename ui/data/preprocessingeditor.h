#pragma once
#include "core/data/preprocessing.h"

#include <QDialog>

class QComboBox;
class QLabel;
class QPlainTextEdit;
class QPushButton;

namespace lathe::ui {

/// Preprocessing as the text of a preprocessor_config.json, checked while it is typed.
class PreprocessingEditor : public QDialog {
    Q_OBJECT
public:
    explicit PreprocessingEditor(const Preprocessing &start, QWidget *parent = nullptr);
    const Preprocessing &preprocessing() const { return m_preprocessing; } ///< the last valid text

private:
    void check();
    void useFilter();
    void showFilter(bool valid);

    Preprocessing m_preprocessing;
    QComboBox *m_filter; ///< what images are resized by; the same as in the text
    QPlainTextEdit *m_text;
    QLabel *m_problem;
    QPushButton *m_ok;
};

} // namespace lathe::ui
