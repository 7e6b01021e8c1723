#include "ui/export/exportdialog.h"

#include "ui/base/format.h"
#include "ui/base/messages.h"
#include "ui/base/settingstext.h"
#include "ui/session/refusal.h"
#include "ui/style/theme.h"
#include "ui/widgets/panelparts.h"
#include "ui/widgets/plaintable.h"

#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QDesktopServices>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QHash>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QStackedWidget>
#include <QTableWidget>
#include <QUrl>
#include <QVBoxLayout>
#include <algorithm>

namespace lathe::ui {
namespace {

/// Names and settings may be long: they give way, so that figures and notes stay in sight.
void fitLayerColumns(QTableWidget *table)
{
    constexpr int name = 0, settings = 1, note = 5;
    table->resizeColumnsToContents();
    int room = table->viewport()->width() - 160; // of the note at least
    for (int column = settings + 1; column < note; ++column)
        room -= table->columnWidth(column);
    const int least = table->fontMetrics().averageCharWidth() * 14;
    table->setColumnWidth(name, std::min(table->columnWidth(name), std::max(least, room * 2 / 5)));
    room -= table->columnWidth(name);
    table->setColumnWidth(settings, std::clamp(room, least, std::max(least, table->columnWidth(settings))));
}

} // namespace

ExportDialog::ExportDialog(Workbench &workbench, QWidget *parent)
    : QDialog(parent), m_workbench(workbench), m_model(workbench.model()),
      m_recipe(workbench.editor().recipe()), m_tuning(workbench.editor().tuning()),
      m_settings(workbench.editor().settings())
{
    setWindowTitle(tr("Export"));
    setObjectName(QStringLiteral("exportDialog"));
    m_headline = new QLabel(this);
    m_headline->setObjectName(QStringLiteral("exportHeadline"));
    m_headline->setFont(scaledFont(1.15, QFont::DemiBold));
    m_headline->setWordWrap(true);
    m_headline->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_headline->hide();
    m_pages = new QStackedWidget(this);
    m_pages->addWidget(buildForm());
    m_pages->addWidget(buildOutcome());

    m_progress = new QProgressBar(this);
    m_progress->setRange(0, 1000);
    m_progress->setTextVisible(false);
    m_progress->setFixedHeight(8);
    m_stage = makeMuted({}, this);
    m_cost = makeMuted({}, this);
    m_cost->setObjectName(QStringLiteral("exportCost"));
    m_cost->setToolTip(tr("With the proof that the file does what was previewed."));
    m_export = new QPushButton(icon(QStringLiteral("export")), tr("&Export"), this);
    m_export->setObjectName(QStringLiteral("startExport"));
    m_export->setDefault(true);
    m_back = new QPushButton(tr("Ex&port another form"), this);
    m_back->setObjectName(QStringLiteral("exportBack"));
    m_back->setToolTip(tr("Back to the choices, as they were"));
    m_cancel = new QPushButton(tr("Close"), this);
    m_copy = new QPushButton(icon(QStringLiteral("copy")), tr("Copy as command &line"), this);
    m_copy->setToolTip(tr("The lathe command that makes the same file"));
    m_folder = new QPushButton(icon(QStringLiteral("open")), tr("Open &folder"), this);
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(m_copy);
    buttons->addWidget(m_folder);
    buttons->addStretch();
    buttons->addWidget(m_cost);
    buttons->addWidget(m_back);
    buttons->addWidget(m_export);
    buttons->addWidget(m_cancel);

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 16, 16, 16);
    column->setSpacing(8);
    column->addWidget(m_headline);
    column->addWidget(m_pages, 1);
    column->addWidget(m_stage);
    column->addWidget(m_progress);
    column->addLayout(buttons);
    resize(860, 600);

    connect(&workbench, &Workbench::modelChanged, this, &ExportDialog::onModelChanged);
    connect(&workbench, &Workbench::dataChanged, this, &ExportDialog::onDataChanged);
    connect(m_export, &QPushButton::clicked, this, &ExportDialog::start);
    connect(m_cancel, &QPushButton::clicked, this, &ExportDialog::reject);
    connect(m_back, &QPushButton::clicked, this, [this] { showPage(FormPage); });
    connect(m_copy, &QPushButton::clicked, this,
            [this] { QApplication::clipboard()->setText(commandLine()); });
    connect(m_folder, &QPushButton::clicked, this, &ExportDialog::openFolder);
    connect(&m_runner, &JobRunner::progressed, this, [this](double fraction, const Message &stage) {
        m_progress->setValue(static_cast<int>(fraction * 1000));
        m_stage->setText(messageText(stage));
    });
    m_weights.resize(exportForms().size());
    for (const ExportForm &form : exportForms())
        m_forms->addItem(form.name);
    setRunning(false);
    weigh();
}

QWidget *ExportDialog::buildForm()
{
    auto *page = new QWidget(this);
    const QFileInfo source(m_workbench.modelPath());
    m_path = new QLineEdit(QDir::toNativeSeparators(source.dir().filePath(m_workbench.modelName() +
                                                                          QStringLiteral(".small.onnx"))),
                           page);
    m_path->setObjectName(QStringLiteral("exportPath"));
    m_path->setAccessibleName(tr("File to write"));
    m_browse = new QPushButton(tr("&Browse…"), page);
    m_browse->setObjectName(QStringLiteral("exportBrowse"));
    connect(m_browse, &QPushButton::clicked, this, &ExportDialog::browse);
    connect(m_path, &QLineEdit::textChanged, this, &ExportDialog::refreshButtons);
    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    row->addWidget(m_path, 1);
    row->addWidget(m_browse);

    m_summary = new QLabel(page);
    m_summary->setObjectName(QStringLiteral("exportSummary"));
    m_summary->setFont(scaledFont(1.15));
    m_summary->setWordWrap(true); // a refusal is a whole sentence
    m_forms = new QComboBox(page);
    m_forms->setObjectName(QStringLiteral("exportForm"));
    m_forms->setAccessibleName(tr("Form of the weights in the file"));
    m_formHint = makeMuted({}, page);
    m_formHint->setWordWrap(true);
    m_formHint->setObjectName(QStringLiteral("exportFormHint"));
    m_archive = new QCheckBox(tr("Also write an &archive"), page);
    m_archive->setObjectName(QStringLiteral("exportArchive"));
    m_archive->setToolTip(
        tr("Entropy-coded, to send or to store: lathe unpack gives the very same ONNX file back."));
    m_report = new QCheckBox(tr("Also write a &report"), page);
    m_report->setObjectName(QStringLiteral("exportReport"));
    m_report->setToolTip(tr("One web page to send to a colleague: figures, layers, recipe and certificate. "
                            "Accuracy is measured anew on all samples."));
    connect(m_forms, &QComboBox::currentIndexChanged, this, &ExportDialog::showForm);
    connect(m_report, &QCheckBox::toggled, this, &ExportDialog::refreshCost);
    m_layers = makePlainTable(
        {tr("Layer"), tr("Settings"), tr("Stored as"), tr("Before"), tr("After"), tr("Note")}, {3, 4}, page);
    m_layers->setObjectName(QStringLiteral("exportLayers"));
    m_layers->horizontalHeader()->setStretchLastSection(true);

    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    column->addWidget(makeTitle(tr("FILE"), page));
    column->addLayout(row);
    column->addWidget(makeTitle(tr("FORM"), page));
    column->addWidget(m_forms);
    column->addWidget(m_formHint);
    auto *extras = new QHBoxLayout;
    extras->setSpacing(24);
    extras->addWidget(m_archive);
    extras->addWidget(m_report);
    extras->addStretch();
    column->addLayout(extras);
    column->addWidget(m_summary);
    column->addWidget(m_layers, 1);
    return page;
}

/// One may have been opening when this dialog came up. What is being written goes on, but nothing more of the
/// model that was open can be written.
void ExportDialog::onModelChanged()
{
    m_weighing.abandon();
    m_isOld = true;
    refreshButtons();
    if (!m_runner.isRunning())
        QDialog::reject();
}

/// Other data make other weights, by methods that go by them.
void ExportDialog::onDataChanged()
{
    if (m_isOld || m_workbench.isLoadingData())
        return;
    m_weights.fill(std::nullopt);
    for (int i = 0; i < m_forms->count(); ++i)
        m_forms->setItemText(i, exportForms()[i].name);
    showForm();
    if (!m_runner.isRunning())
        weigh(); // else once it has ended
}

QString ExportDialog::refusal(const Message &reason) const
{
    const auto &data = m_workbench.data();
    const QString missing = missingCalibration(*m_workbench.compressor(), {m_recipe}, m_workbench.dataState(),
                                               data ? data->calibrationFailure : Message());
    return m_isOld || missing.isEmpty() ? messageText(reason) : missing;
}

/// Those whose size is not known yet.
void ExportDialog::weigh()
{
    std::vector<Storage> storages;
    for (int i = 0; i < m_weights.size(); ++i)
        if (!m_weights[i])
            storages.push_back(exportForms()[i].storage);
    m_weighing.setTitle(tr("Weighing the forms of the file"));
    m_weighing.setRepeatable(true);
    m_weighing.startStreaming<StorageWeight>(
        [compressor = m_workbench.compressor(), exporter = m_workbench.exporter(), recipe = m_recipe,
         tuning = m_tuning,
         storages](const JobContext &ctx, const std::function<void(StorageWeight)> &deliver) {
            weighStorages(*compressor, *exporter, recipe, storages, deliver, ctx, tuning);
            return true;
        },
        [this](const StorageWeight &weight) { onWeighed(weight); },
        [this](const Outcome<bool> &outcome) {
            if (const auto *error = std::get_if<Error>(&outcome))
                m_summary->setText(refusal(error->message()));
            emit weighed();
        });
}

void ExportDialog::onWeighed(const StorageWeight &weight)
{
    const QVector<ExportForm> forms = exportForms();
    const auto form = std::ranges::find(forms, weight.storage, &ExportForm::storage);
    const auto index = static_cast<int>(form - forms.begin());
    m_weights[index] = weight;
    const QString size = weight.failure.empty() ? bytes(weight.bytes) : tr("not for this model");
    m_forms->setItemText(index, QStringLiteral("%1 · %2").arg(form->name, size));
    if (index == m_forms->currentIndex())
        showForm();
}

void ExportDialog::showForm()
{
    const int index = std::max(m_forms->currentIndex(), 0);
    const std::optional<StorageWeight> &weight = m_weights[index];
    m_formHint->setText(exportForms().at(index).hint);
    fillPlainTable(m_layers, 0, {}, [] {});
    refreshButtons();
    if (!weight) {
        m_summary->setText(
            tr("%1 now. The new size is still being computed.").arg(bytes(m_model.fileBytes())));
    } else if (!weight->failure.empty()) {
        m_summary->setText(refusal(weight->failure));
    } else {
        m_summary->setText(tr("%1 now, %2 after export: %3 smaller")
                               .arg(bytes(m_model.fileBytes()), bytes(weight->bytes),
                                    ratio(static_cast<double>(m_model.fileBytes()) /
                                          static_cast<double>(std::max<int64_t>(weight->bytes, 1)))));
        fillLayers(*weight);
    }
}

void ExportDialog::fillLayers(const StorageWeight &weight)
{
    QHash<QString, QStringList> notes; // by layer
    for (const Issue &issue : weight.issues)
        notes[QString::fromStdString(issue.layer)] << messageText(issue.message);
    const auto add = [this, notes, storage = weight.layers](int row) {
        const auto index = static_cast<size_t>(row);
        const Layer &layer = m_model.layers()[index];
        const QString name = QString::fromStdString(layer.name);
        addPlainRow(m_layers, {name, settingsText(m_settings[index]), messageText(storage[index].form),
                               bytes(layer.fileBytes), bytes(storage[index].bytes),
                               notes.value(name).join(QLatin1Char(' '))});
        m_layers->item(row, 5)->setToolTip(notes.value(name).join(QLatin1Char('\n')));
    };
    fillPlainTable(m_layers, static_cast<int>(weight.layers.size()), add,
                   [this] { fitLayerColumns(m_layers); });
}

QString ExportDialog::target() const
{
    return QDir::fromNativeSeparators(m_path->text().trimmed());
}

void ExportDialog::setTarget(const QString &path)
{
    m_path->setText(QDir::toNativeSeparators(path));
}

void ExportDialog::browse()
{
    QString path = QFileDialog::getSaveFileName(this, tr("Export to"), target(), tr("ONNX models (*.onnx)"));
    if (path.isEmpty())
        return;
    if (QFileInfo(path).suffix().isEmpty())
        path += QStringLiteral(".onnx");
    setTarget(path);
}

Storage ExportDialog::form() const
{
    return exportForms().at(std::max(m_forms->currentIndex(), 0)).storage;
}

QString ExportDialog::commandLine() const
{
    const QString report = m_report->isChecked() ? withSuffix(target(), QStringLiteral(".html")) : QString();
    QString line = m_workbench.commandLine(target(), form(), report);
    if (m_archive->isChecked())
        line += QStringLiteral("\nlathe pack %1 -o %2")
                    .arg(shellQuoted(target()),
                         shellQuoted(withSuffix(target(), QString::fromLatin1(archiveSuffix))));
    return line;
}

void ExportDialog::start()
{
    m_weighing.cancel();
    m_result.reset();
    m_archived.reset();
    m_reported.clear();
    showPage(FormPage);
    m_runner.setTitle(tr("Exporting"));
    m_runner.start([input = input()](const JobContext &ctx) { return exportRecipe(input, ctx); },
                   [this](const Outcome<ExportedFiles> &outcome) { onDone(outcome); });
    setRunning(true);
}

void ExportDialog::setRunning(bool running)
{
    for (QWidget *control : std::initializer_list<QWidget *>{m_path, m_browse, m_forms, m_archive, m_report})
        control->setEnabled(!running);
    m_progress->setVisible(running);
    m_stage->setVisible(running);
    m_progress->setValue(0);
    m_cancel->setText(running ? tr("Cancel") : tr("Close"));
    refreshButtons();
}

void ExportDialog::showPage(Page page)
{
    m_pages->setCurrentIndex(page);
    m_headline->setVisible(page == OutcomePage);
    refreshButtons();
}

void ExportDialog::refreshButtons()
{
    if (!m_back) // while the form is built
        return;
    const bool form = m_pages->currentIndex() == FormPage;
    const std::optional<StorageWeight> weight = m_weights.value(m_forms->currentIndex());
    m_export->setVisible(form && !m_isOld);
    m_export->setEnabled(!m_runner.isRunning() && !target().isEmpty() &&
                         (!weight || weight->failure.empty()));
    m_back->setVisible(!form && !m_isOld);
    m_copy->setVisible(!m_isOld);
    m_folder->setVisible(!form && m_result && m_result->written);
    refreshCost();
}

void ExportDialog::reject()
{
    if (m_runner.isRunning())
        m_runner.cancel();
    else
        QDialog::reject();
}

void ExportDialog::openFolder()
{
    QDesktopServices::openUrl(QUrl::fromLocalFile(QFileInfo(target()).absolutePath()));
}

} // namespace lathe::ui
