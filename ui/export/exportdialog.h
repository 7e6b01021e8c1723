#pragma once
#include "core/workflow/storageweights.h"
#include "ui/export/exportforms.h"
#include "ui/export/exportjob.h"
#include "ui/jobs/jobrunner.h"
#include "ui/session/workbench.h"

#include <QDialog>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QStackedWidget;
class QTableWidget;

namespace lathe::ui {

/// Writes the recipe of the moment to a file and shows the proof that the file does what was previewed.
class ExportDialog : public QDialog {
    Q_OBJECT
public:
    explicit ExportDialog(Workbench &workbench, QWidget *parent = nullptr);

    QString target() const;
    void setTarget(const QString &path);
    /// The line, or the lines, that make the same files.
    QString commandLine() const;
    void start();
    const std::optional<Published> &result() const { return m_result; }
    const std::optional<PackReport> &archive() const { return m_archived; }

signals:
    void weighed();        ///< the size of every form is known
    void finishedExport(); ///< written, refused, failed or cancelled

protected:
    void reject() override; ///< while it runs: stops it

private:
    enum Page { FormPage, OutcomePage };
    QWidget *buildForm();
    QWidget *buildOutcome();
    void onModelChanged();
    void onDataChanged();
    QString refusal(const Message &reason) const;
    void weigh();
    void onWeighed(const StorageWeight &weight);
    void showForm();
    void fillLayers(const StorageWeight &weight);
    Storage form() const;
    ExportInput input() const; ///< as the form says it now
    void browse();
    void openFolder();
    void setRunning(bool running);
    void onDone(const Outcome<ExportedFiles> &outcome);
    void showHeadline(const QString &headline, bool good);
    void showPage(Page page);
    void refreshButtons();
    void refreshCost();
    void showCertificate(const Certificate &certificate);

    Workbench &m_workbench;
    Model m_model;                          ///< as it was when the dialog opened
    Recipe m_recipe;                        ///< of the same moment
    std::shared_ptr<const Tuning> m_tuning; ///< the same; null: none
    std::optional<Published> m_result;
    std::optional<PackReport> m_archived;
    QString m_reported;
    bool m_isOld = false;                            ///< another model is open now
    std::vector<LayerSettings> m_settings;           ///< of the recipe
    QVector<std::optional<StorageWeight>> m_weights; ///< by form; empty: not known yet
    JobRunner m_runner;
    JobRunner m_weighing;

    QLineEdit *m_path;
    QComboBox *m_forms;
    QLabel *m_formHint;
    QCheckBox *m_archive, *m_report;
    QLabel *m_summary;
    QTableWidget *m_layers;
    QLabel *m_headline;
    QTableWidget *m_checks;
    QLabel *m_details;
    QStackedWidget *m_pages;
    QProgressBar *m_progress;
    QLabel *m_stage;
    QLabel *m_cost; ///< what the export takes, while it has not begun
    QPushButton *m_browse;
    QPushButton *m_back = nullptr;
    QPushButton *m_export, *m_cancel, *m_copy, *m_folder;
};

} // namespace lathe::ui
