#pragma once
#include "ui/data/datasetprobe.h"
#include "ui/jobs/jobrunner.h"

#include <QDialog>
#include <QTimer>

class QComboBox;
class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;
class QSpinBox;
class QTableWidget;

namespace lathe::ui {

/// Chooses the data that accuracy is measured on, and shows at once whether model and preprocessing fit them.
class DatasetDialog : public QDialog {
    Q_OBJECT
public:
    DatasetDialog(const Model &model, const DatasetChoice &start, QWidget *parent = nullptr);

    DatasetChoice choice() const;
    void setReference(const QString &reference); ///< FOLDER or FOLDER:SPLIT

    /// What was chosen could not be used: says why until something else is chosen.
    void showRefusal(const QString &sentence);

    static constexpr int checkedSamples = 100;
    static constexpr int typingRest = 700; ///< ms after which a typed folder is read by itself

signals:
    void checked(); ///< every preprocessing has been tried, or the data set was refused

protected:
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dropEvent(QDropEvent *event) override;

private:
    QWidget *buildData();
    QWidget *buildPreprocessing();
    void browse();
    void onTyped();
    void readTyped();
    void forgetData();
    QString startFolder() const; ///< of the file dialog
    void loadFile();
    void editChosen();
    void addCandidate(const QString &name, const Preprocessing &preprocessing);
    void showPreview(const DatasetPreview &preview);
    void showProblem(const QString &sentence);
    void showFolder(const QString &folder);
    void fillCandidates();
    void addRow(const PreprocessingCandidate &candidate);
    void startChecks();
    void showCheck(const PreprocessingCheck &check);
    void onChosen();
    void refreshWarning();
    void refreshUse();
    QString obstacle() const;
    int chosen() const;

    Model m_model;
    QString m_reference;
    std::shared_ptr<const Dataset> m_dataset;
    QVector<PreprocessingCandidate> m_candidates;
    QVector<PreprocessingCheck> m_checks;
    QVector<std::optional<QString>> m_problems; ///< by candidate; empty text: it fits; none: not tried yet
    QString m_refusal;
    QTimer m_typing{this}; ///< runs out when a folder that is typed is to be read by itself
    bool m_typed = false;  ///< and was not read yet
    JobRunner m_openRunner, m_checkRunner;

    QLineEdit *m_folder;
    QComboBox *m_split;
    QLabel *m_facts;
    QListWidget *m_thumbnails;
    QTableWidget *m_table;
    QLabel *m_warning;
    QSpinBox *m_limit;
    QLabel *m_reason; ///< why the button beside it cannot be pressed
    QPushButton *m_use;
};

} // namespace lathe::ui
