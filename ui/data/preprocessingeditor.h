#pragma once
#include "core/data/dataset.h"
#include "core/data/preprocessing.h"

#include <QDialog>
#include <memory>

class QLabel;
class QPlainTextEdit;
class QPushButton;
class QTabWidget;

namespace lathe {
class Model;
}

namespace lathe::ui {

class PreprocessingForm;
class SamplePreview;

/// Preprocessing as fields or as the text of a preprocessor_config.json, whichever is at hand, with an image
/// before and after. All follow at once when one is edited.
class PreprocessingEditor : public QDialog {
    Q_OBJECT
public:
    /// @param dataset to show samples of; null: none
    PreprocessingEditor(const Preprocessing &start, const Model &model,
                        std::shared_ptr<const Dataset> dataset, QWidget *parent = nullptr);
    const Preprocessing &preprocessing() const { return m_preprocessing; } ///< the last valid one

private:
    QWidget *buildText();
    void onFormEdited();
    void onTextEdited();
    void use(const QString &json, const QString &problem);

    Preprocessing m_preprocessing;
    PreprocessingForm *m_form;
    SamplePreview *m_sample;
    QPlainTextEdit *m_text;
    QLabel *m_problem;
    QPushButton *m_ok;
};

} // namespace lathe::ui
