#pragma once
#include "core/evaluate/preprocessing.h"

#include <QDialog>

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

    Preprocessing m_preprocessing;
    QPlainTextEdit *m_text;
    QLabel *m_problem;
    QPushButton *m_ok;
};

} // namespace lathe::ui
