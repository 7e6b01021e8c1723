#include "ui/data/datasetdialog.h"

#include "ui/base/imagepicture.h"
#include "ui/base/messages.h"
#include "ui/style/theme.h"
#include "ui/widgets/panelparts.h"
#include "ui/widgets/plaintable.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QDir>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMimeData>
#include <QPushButton>
#include <QSpinBox>
#include <QTableWidget>
#include <QVBoxLayout>

namespace lathe::ui {
namespace {

constexpr int shownThumbnails = 24;

QString whatFits()
{
    return DatasetDialog::tr("A folder with dataset.json, or with one folder of images for each class.");
}

} // namespace

DatasetDialog::DatasetDialog(const Model &model, const DatasetChoice &start, QWidget *parent)
    : QDialog(parent), m_model(model), m_candidates(preprocessingCandidates(model))
{
    setWindowTitle(tr("Data set"));
    setObjectName(QStringLiteral("datasetDialog"));
    setAcceptDrops(true);
    auto *columns = new QHBoxLayout;
    columns->setSpacing(16);
    columns->addWidget(buildData(), 1);
    columns->addWidget(buildPreprocessing(), 1);

    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    m_use = buttons->addButton(tr("&Use this data set"), QDialogButtonBox::AcceptRole);
    m_use->setObjectName(QStringLiteral("useDataset"));
    m_use->setDefault(true);
    m_use->setEnabled(false);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    m_reason = new QLabel(this);
    m_reason->setObjectName(QStringLiteral("useReason"));
    m_reason->setWordWrap(true);
    m_reason->setMinimumHeight(fontMetrics().lineSpacing() * 2);
    auto *bottom = new QHBoxLayout;
    bottom->setSpacing(16);
    bottom->addWidget(m_reason, 1);
    bottom->addWidget(buttons);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 16, 16, 16);
    column->setSpacing(8);
    column->addLayout(columns, 1);
    column->addLayout(bottom);
    resize(900, 560);
    m_typing.setObjectName(QStringLiteral("typingRest"));
    m_typing.setSingleShot(true);
    m_typing.setInterval(typingRest);
    connect(&m_typing, &QTimer::timeout, this, &DatasetDialog::readTyped);

    m_limit->setValue(start.limit);
    if (start.preprocessing)
        m_candidates.push_back({tr("chosen before"), *start.preprocessing});
    fillCandidates();
    m_table->selectRow(start.preprocessing ? static_cast<int>(m_candidates.size()) - 1 : 0);
    connect(m_table, &QTableWidget::itemSelectionChanged, this, &DatasetDialog::onChosen);
    connect(m_limit, &QSpinBox::valueChanged, this, &DatasetDialog::onChosen);
    onChosen();
    if (!start.reference.isEmpty())
        setReference(start.reference);
}

QWidget *DatasetDialog::buildData()
{
    auto *panel = new QWidget(this);
    m_folder = new QLineEdit(panel);
    m_folder->setPlaceholderText(tr("Choose a folder, or drop it here"));
    m_folder->setAccessibleName(tr("Folder"));
    connect(m_folder, &QLineEdit::textEdited, this, &DatasetDialog::onTyped);
    connect(m_folder, &QLineEdit::editingFinished, this,
            &DatasetDialog::readTyped); // Enter, or the focus goes
    auto *browseButton = new QPushButton(icon(QStringLiteral("open")), tr("&Folder…"), panel);
    connect(browseButton, &QPushButton::clicked, this, &DatasetDialog::browse);
    m_split = new QComboBox(panel);
    m_split->setAccessibleName(tr("Part of the data set"));
    m_split->setVisible(false);
    connect(m_split, &QComboBox::textActivated, this, [this](const QString &split) {
        const QString folder = m_folder->text();
        setReference(split.isEmpty() ? folder : folder + QLatin1Char(':') + split);
    });
    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    row->addWidget(m_folder, 1);
    row->addWidget(m_split);
    row->addWidget(browseButton);

    m_facts = new QLabel(whatFits(), panel);
    m_facts->setObjectName(QStringLiteral("datasetFacts"));
    m_facts->setWordWrap(true);
    m_thumbnails = new QListWidget(panel);
    m_thumbnails->setViewMode(QListView::IconMode);
    m_thumbnails->setIconSize({64, 64});
    m_thumbnails->setGridSize({92, 64 + fontMetrics().lineSpacing() + 12});
    m_thumbnails->setMovement(QListView::Static);
    m_thumbnails->setResizeMode(QListView::Adjust);
    m_thumbnails->setSelectionMode(QAbstractItemView::NoSelection);
    m_thumbnails->setTextElideMode(Qt::ElideRight);
    m_thumbnails->setUniformItemSizes(true);
    m_thumbnails->setAccessibleName(tr("First images with their labels"));

    auto *column = new QVBoxLayout(panel);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    column->addWidget(makeTitle(tr("DATA"), panel));
    column->addLayout(row);
    column->addWidget(m_facts);
    column->addWidget(m_thumbnails, 1);
    return panel;
}

QWidget *DatasetDialog::buildPreprocessing()
{
    auto *panel = new QWidget(this);
    m_table =
        makePlainTable({tr("Preprocessing"), tr("Top-1 on %1 samples").arg(checkedSamples)}, {1}, panel);
    m_table->setObjectName(QStringLiteral("preprocessingTable"));
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_table->horizontalHeader()->setSectionResizeMode(1, QHeaderView::ResizeToContents);

    auto *fileButton = new QPushButton(tr("From a f&ile…"), panel);
    auto *editButton = new QPushButton(tr("&Edit…"), panel);
    connect(fileButton, &QPushButton::clicked, this, &DatasetDialog::loadFile);
    connect(editButton, &QPushButton::clicked, this, &DatasetDialog::editChosen);
    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    row->addWidget(fileButton);
    row->addWidget(editButton);
    row->addStretch();

    m_warning = new QLabel(panel);
    m_warning->setObjectName(QStringLiteral("datasetWarning"));
    m_warning->setWordWrap(true);
    m_warning->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    m_warning->setMinimumHeight(fontMetrics().lineSpacing() * 3); // its text must not move what is around it

    m_limit = new QSpinBox(panel);
    m_limit->setRange(0, 1000000);
    m_limit->setSingleStep(100);
    m_limit->setSpecialValueText(tr("all"));
    m_limit->setToolTip(tr("More samples narrow the interval and take longer. 0: all."));
    auto *form = new QFormLayout;
    form->addRow(tr("&Samples to measure at most"), m_limit);

    auto *column = new QVBoxLayout(panel);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    column->addWidget(makeTitle(tr("BASELINE CHECK"), panel));
    column->addWidget(m_table, 1);
    column->addLayout(row);
    column->addWidget(m_warning);
    column->addLayout(form);
    return panel;
}

DatasetChoice DatasetDialog::choice() const
{
    DatasetChoice choice;
    choice.reference = m_reference;
    choice.limit = m_limit->value();
    const int row = chosen();
    if (row >= 0 && !m_candidates[row].isDefault)
        choice.preprocessing = m_candidates[row].preprocessing;
    return choice;
}

/// Without moving the cursor of who is typing it.
void DatasetDialog::showFolder(const QString &folder)
{
    if (const QString shown = QDir::toNativeSeparators(folder); m_folder->text() != shown)
        m_folder->setText(shown);
}

void DatasetDialog::showProblem(const QString &sentence)
{
    showFolder(m_reference);
    m_split->hide();
    m_facts->setText(sentence);
    refreshUse();
    emit checked();
}

void DatasetDialog::showPreview(const DatasetPreview &preview)
{
    m_dataset = preview.dataset;
    const Dataset &dataset = *m_dataset;
    QString folder = m_reference;
    QString split;
    if (!QFileInfo(folder).isDir()) {
        split = folder.section(QLatin1Char(':'), -1);
        folder = folder.section(QLatin1Char(':'), 0, -2);
    }
    showFolder(folder);
    m_split->clear();
    const std::vector<std::string> &splits = dataset.splits();
    const bool hasTest = std::find(splits.begin(), splits.end(), "test") != splits.end();
    if (!hasTest && !splits.empty())
        m_split->addItem(QString()); // everything
    if (split.isEmpty() && hasTest)
        split = QStringLiteral("test"); // what is taken when nothing is said
    for (const std::string &name : dataset.splits())
        m_split->addItem(QString::fromStdString(name));
    m_split->setCurrentText(split);
    m_split->setVisible(m_split->count() > 1);

    QStringList facts{messageText(dataset.description()), preview.format,
                      tr("%L1 samples").arg(dataset.size())};
    facts << (dataset.classes().empty()
                  ? (dataset.hasLabels() ? tr("labelled") : tr("no labels: judged by agreement"))
                  : tr("%L1 classes").arg(dataset.classes().size()));
    m_facts->setText(facts.join(QStringLiteral(" · ")));
    for (const DatasetPreview::Thumbnail &thumbnail : preview.thumbnails) {
        auto *item = new QListWidgetItem(QIcon(onSquare(thumbnail.image, 64)), thumbnail.label, m_thumbnails);
        item->setToolTip(thumbnail.label);
    }
    startChecks();
}

/// What was read belongs to another folder than the one that is named now.
void DatasetDialog::forgetData()
{
    m_typing.stop();
    m_typed = false;
    m_openRunner.abandon();
    m_checkRunner.abandon();
    m_dataset.reset();
    m_checks.clear();
    m_problems.clear();
    m_refusal.clear();
    m_thumbnails->clear();
    fillCandidates();
    refreshWarning();
    refreshUse();
}

void DatasetDialog::setReference(const QString &reference)
{
    forgetData();
    m_reference = reference;
    m_facts->setText(tr("Reading %1…").arg(QDir::toNativeSeparators(reference)));
    m_openRunner.setTitle(tr("Reading the data set"));
    m_openRunner.setRepeatable(true);
    m_openRunner.start(
        [reference](const JobContext &ctx) { return probeDataset(reference, shownThumbnails, ctx); },
        [this](const Outcome<DatasetPreview> &outcome) {
            if (const auto *preview = std::get_if<DatasetPreview>(&outcome))
                showPreview(*preview);
            else if (const auto *error = std::get_if<Error>(&outcome))
                showProblem(messageText(error->message()));
        });
    refreshUse();
}

void DatasetDialog::onTyped()
{
    forgetData();
    m_split->hide();
    m_reference = QDir::fromNativeSeparators(m_folder->text().trimmed());
    m_facts->setText(m_reference.isEmpty() ? whatFits()
                                           : tr("Read when you stop typing; Enter reads it at once."));
    m_typed = !m_reference.isEmpty();
    if (m_typed)
        m_typing.start();
    refreshUse();
}

void DatasetDialog::readTyped()
{
    if (std::exchange(m_typed, false))
        setReference(m_reference);
}

QString DatasetDialog::startFolder() const
{
    if (!m_folder->text().isEmpty())
        return m_folder->text();
    const QString last = Settings().lastDataset();
    return last.isEmpty() ? QString::fromStdString(m_model.path().parent_path().string()) : last;
}

void DatasetDialog::browse()
{
    const QString folder =
        QFileDialog::getExistingDirectory(this, tr("Folder of the data set"), startFolder());
    if (!folder.isEmpty())
        setReference(folder);
}

void DatasetDialog::dragEnterEvent(QDragEnterEvent *event)
{
    const QList<QUrl> urls = event->mimeData()->urls();
    if (urls.size() == 1 && urls.front().isLocalFile())
        event->acceptProposedAction();
}

void DatasetDialog::dropEvent(QDropEvent *event)
{
    event->acceptProposedAction();
    const QFileInfo file(event->mimeData()->urls().front().toLocalFile());
    setReference(file.isDir() ? file.absoluteFilePath() : file.absolutePath());
}

} // namespace lathe::ui
