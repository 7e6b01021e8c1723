#pragma once
#include "ui/data/datasetprobe.h"
#include "ui/jobs/jobrunner.h"

#include <QDialog>

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

    static constexpr int checkedSamples = 100;

signals:
    void checked(); ///< every preprocessing has been tried, or the data set was refused

protected:
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dropEvent(QDropEvent *event) override;

private:
    QWidget *buildData();
    QWidget *buildPreprocessing();
    void browse();
    void useTypedFolder();
    QString startFolder() const; ///< of the file dialog
    void loadFile();
    void editChosen();
    void addCandidate(const QString &name, const Preprocessing &preprocessing);
    void showPreview(const DatasetPreview &preview);
    void showProblem(const QString &sentence);
    void fillCandidates();
    void addRow(const PreprocessingCandidate &candidate);
    void startChecks(int first);
    void showCheck(const PreprocessingCheck &check);
    void refreshWarning();
    int chosen() const;

    Model m_model;
    QString m_reference;
    std::shared_ptr<const Dataset> m_dataset;
    QVector<PreprocessingCandidate> m_candidates;
    QVector<PreprocessingCheck> m_checks;
    JobRunner m_openRunner, m_checkRunner;

    QLineEdit *m_folder;
    QComboBox *m_split;
    QLabel *m_facts;
    QListWidget *m_thumbnails;
    QTableWidget *m_table;
    QLabel *m_warning;
    QSpinBox *m_limit;
    QPushButton *m_use;
};

} // namespace lathe::ui
