// The part of DatasetDialog that tries the preprocessings and says whether the choice can be used.
#include "ui/base/format.h"
#include "ui/base/messages.h"
#include "ui/data/datasetdialog.h"
#include "ui/data/preprocessingeditor.h"
#include "ui/style/theme.h"
#include "ui/widgets/plaintable.h"

#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTableWidget>
#include <algorithm>

namespace lathe::ui {
namespace {

void setInk(QLabel *label, const QColor &color)
{
    QPalette palette = label->palette();
    palette.setColor(QPalette::WindowText, color);
    label->setPalette(palette);
}

} // namespace

int DatasetDialog::chosen() const
{
    const int row = m_table->currentRow();
    return row < m_candidates.size() ? row : -1;
}

void DatasetDialog::fillCandidates()
{
    const QSignalBlocker quiet(m_table); // the choice stays what it is
    const int row = std::max(0, m_table->currentRow());
    m_table->setRowCount(0);
    for (const PreprocessingCandidate &candidate : m_candidates)
        addRow(candidate);
    m_table->selectRow(row);
}

void DatasetDialog::addRow(const PreprocessingCandidate &candidate)
{
    addPlainRow(m_table, {candidate.name, QString()});
    m_table->item(m_table->rowCount() - 1, 0)
        ->setToolTip(QString::fromStdString(toJson(candidate.preprocessing)));
}

/// Of all that were not tried to the end yet.
void DatasetDialog::startChecks()
{
    if (!m_dataset)
        return;
    const qint64 tried = std::min<qint64>(checkedSamples, qint64(m_dataset->size()));
    m_table->horizontalHeaderItem(1)->setText(tr("Top-1 on %1 samples").arg(tried));
    m_problems.resize(m_candidates.size());
    QVector<int> open;
    for (int i = 0; i < m_candidates.size(); ++i)
        if (std::ranges::none_of(m_checks, [i](const PreprocessingCheck &c) { return c.candidate == i; }))
            open << i;
    for (const int i : open)
        m_table->item(i, 1)->setText(QStringLiteral("…"));
    m_checkRunner.setTitle(tr("Trying preprocessings"));
    m_checkRunner.setRepeatable(true);
    m_checkRunner.startStreaming<PreprocessingCheck>(
        [model = m_model, dataset = m_dataset, candidates = m_candidates, open](const JobContext &ctx,
                                                                                const auto &deliver) {
            checkPreprocessing(model, *dataset, candidates, open, checkedSamples, deliver, ctx);
        },
        [this](const PreprocessingCheck &check) { showCheck(check); },
        [this](const Outcome<std::monostate> &outcome) {
            if (const auto *error = std::get_if<Error>(&outcome))
                m_warning->setText(messageText(error->message()));
            for (std::optional<QString> &problem : m_problems)
                if (!problem)
                    problem.emplace(); // it was stopped: what is wrong, if anything, is said when it is used
            refreshUse();
            emit checked();
        });
    refreshUse();
}

void DatasetDialog::showCheck(const PreprocessingCheck &check)
{
    m_problems[check.candidate] = check.problem;
    if (!check.firstOnly) {
        m_checks.push_back(check);
        QTableWidgetItem *item = m_table->item(check.candidate, 1);
        item->setToolTip(check.problem);
        if (!check.problem.isEmpty())
            item->setText(tr("does not fit"));
        else if (check.top1)
            item->setText(
                tr("%1 ± %2").arg(percent(check.top1->value), number(check.top1->halfWidth() * 100.0, 1)));
        else
            item->setText(tr("runs"));
        if (!check.problem.isEmpty())
            item->setForeground(colors().muted);
    }
    refreshWarning();
    refreshUse();
}

void DatasetDialog::onChosen()
{
    m_refusal.clear();
    refreshWarning();
    refreshUse();
}

void DatasetDialog::refreshWarning()
{
    const QString warning =
        m_dataset ? preprocessingWarning(m_candidates, m_checks, chosen(), m_dataset->classes().size())
                  : QString();
    m_warning->setText(warning.isEmpty() ? warning : QStringLiteral("⚠ ") + warning);
    setInk(m_warning, colors().loss);
}

/// Why what is chosen cannot be used; empty: it can.
QString DatasetDialog::obstacle() const
{
    if (m_reference.isEmpty())
        return tr("Choose a folder first.");
    if (m_typed)
        return tr("The folder was not read yet.");
    if (!m_dataset)
        return m_openRunner.isRunning() ? tr("The folder is being read.")
                                        : tr("There is no data set to use.");
    const int row = chosen();
    if (row < 0 || row >= m_problems.size() || !m_problems[row])
        return tr("The chosen preprocessing is being tried.");
    if (!m_problems[row]->isEmpty())
        return tr("\"%1\" does not fit this model and these data: choose another one or edit it.")
            .arg(m_candidates[row].name);
    return {};
}

void DatasetDialog::refreshUse()
{
    const QString obstacle = this->obstacle();
    m_use->setEnabled(obstacle.isEmpty());
    m_use->setToolTip(obstacle);
    const bool refused = obstacle.isEmpty() && !m_refusal.isEmpty();
    m_reason->setText(refused ? QStringLiteral("✗ ") + m_refusal : obstacle);
    setInk(m_reason, refused ? colors().loss : colors().muted);
}

void DatasetDialog::showRefusal(const QString &sentence)
{
    m_refusal = sentence;
    refreshUse();
}

void DatasetDialog::loadFile()
{
    const QString path = QFileDialog::getOpenFileName(this, tr("Preprocessing"), m_folder->text(),
                                                      tr("Preprocessing (*.json)"));
    if (path.isEmpty())
        return;
    const auto outcome = runGuarded([&] { return loadPreprocessing(path.toStdString()); });
    if (const auto *error = std::get_if<Error>(&outcome))
        m_warning->setText(messageText(error->message()));
    else
        addCandidate(QFileInfo(path).fileName(), std::get<Preprocessing>(outcome));
}

void DatasetDialog::editChosen()
{
    const int row = chosen();
    if (row < 0)
        return;
    PreprocessingEditor editor(m_candidates[row].preprocessing, m_model, m_dataset, this);
    if (editor.exec() != QDialog::Accepted)
        return;
    const QString name = tr("%1, edited").arg(m_candidates[row].name);
    Preprocessing edited = editor.preprocessing();
    edited.name = name.toStdString();
    addCandidate(name, edited);
}

void DatasetDialog::addCandidate(const QString &name, const Preprocessing &preprocessing)
{
    m_candidates.push_back({name, preprocessing});
    addRow(m_candidates.back());
    startChecks(); // one that is running is cut short: what it has not tried yet is tried again with the new
                   // one
    m_table->selectRow(static_cast<int>(m_candidates.size()) - 1);
}

} // namespace lathe::ui
