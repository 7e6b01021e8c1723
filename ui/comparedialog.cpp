#include "ui/comparedialog.h"

#include "ui/format.h"
#include "ui/panelparts.h"
#include "ui/plaintable.h"
#include "ui/theme.h"

#include <QCheckBox>
#include <QDialogButtonBox>
#include <QHeaderView>
#include <QLabel>
#include <QTableWidget>
#include <QVBoxLayout>

namespace lathe::ui {
namespace {

enum Column {
    Name,
    FirstSettings,
    SecondSettings,
    FirstBytes,
    SecondBytes,
    FirstError,
    SecondError,
    ColumnCount
};

Matrix outputsOf(Exporter &exporter, const CompressedModel &compressed, const SampleSet &samples,
                 const std::vector<size_t> &places, const JobContext &ctx)
{
    const Session session(exporter.build(compressed, Storage::Dense, ctx.part(0.0, 0.3)).model);
    RunOptions options;
    options.samples = places;
    return runSamples(session, samples, options, ctx.part(0.3, 1.0)).values;
}

std::vector<int> labelsOf(const SampleSet &samples, const std::vector<size_t> &places)
{
    if (places.empty() || !samples.hasLabels())
        return samples.labels();
    std::vector<int> labels;
    for (const size_t place : places)
        labels.push_back(samples.labels()[place]);
    return labels;
}

CompareDialog::Details compareRecipes(Compressor &compressor, Exporter &exporter, const Recipe &first,
                                      const Recipe &second, const SampleSet *samples,
                                      const std::vector<size_t> &heldOut, const JobContext &ctx)
{
    CompareDialog::Details details{compressor.compress(first, ctx.part(0.0, 0.1)),
                                   compressor.compress(second, ctx.part(0.1, 0.2)),
                                   {},
                                   {},
                                   {}};
    details.firstStorage = exporter.costs(details.first, ctx.part(0.2, 0.3)).layers;
    details.secondStorage = exporter.costs(details.second, ctx.part(0.3, 0.4)).layers;
    if (!samples)
        return details;
    // Both on the same samples, and neither on any that it was calibrated on.
    const bool calibrated = !details.first.calibration.empty() || !details.second.calibration.empty();
    const std::vector<size_t> places = calibrated ? heldOut : std::vector<size_t>();
    const std::vector<int> labels = labelsOf(*samples, places);
    const Matrix a = outputsOf(exporter, details.first, *samples, places, ctx.part(0.4, 0.7));
    const Matrix b = outputsOf(exporter, details.second, *samples, places, ctx.part(0.7, 1.0));
    details.outputs = compareOutputs(a, b, labels);
    if (samples->hasLabels()) {
        const std::vector<int> ranksA = ranksOfTruth(a, labels);
        const std::vector<int> ranksB = ranksOfTruth(b, labels);
        for (size_t i = 0; i < ranksA.size(); ++i) {
            details.becameRight += ranksA[i] != 0 && ranksB[i] == 0;
            details.becameWrong += ranksA[i] == 0 && ranksB[i] != 0;
        }
    }
    return details;
}

QString topText(const NowStrip::Figures &figures)
{
    return figures.top1 ? percent(figures.top1->value) : unavailable();
}

} // namespace

CompareDialog::CompareDialog(Workbench &workbench, const Variant &first, const Variant &second,
                             QWidget *parent)
    : QDialog(parent), m_layers(workbench.model().layers()), m_flips(makeMuted({}, this)),
      m_onlyDifferent(new QCheckBox(tr("Only layers that &differ"), this))
{
    setWindowTitle(tr("Compare: %1 and %2").arg(first.name, second.name));
    setObjectName(QStringLiteral("compareDialog"));
    m_table = makePlainTable(
        {tr("Layer"), first.name, second.name, tr("Size 1"), tr("Size 2"), tr("Error 1"), tr("Error 2")},
        {FirstBytes, SecondBytes, FirstError, SecondError}, this);
    m_table->setObjectName(QStringLiteral("compareLayers"));
    m_table->resizeColumnsToContents(); // the names of the variants, until there are rows
    m_flips->setObjectName(QStringLiteral("compareFlips"));
    m_flips->setWordWrap(true);
    m_flips->setText(tr("Running both…"));
    connect(m_onlyDifferent, &QCheckBox::toggled, this, &CompareDialog::hideEqualRows);

    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 16, 16, 16);
    column->setSpacing(8);
    column->addWidget(makeTotals(first, second));
    column->addWidget(m_flips);
    column->addWidget(m_onlyDifferent);
    column->addWidget(m_table, 1);
    column->addWidget(buttons);
    resize(860, 620);

    std::shared_ptr<const SampleSet> samples;
    std::vector<size_t> heldOut;
    if (workbench.data()) {
        samples = workbench.data()->samples;
        heldOut = workbench.data()->heldOut->samples;
    }
    m_hasLabels = samples && samples->hasLabels();
    m_runner.start(
        [compressor = workbench.compressor(), exporter = workbench.exporter(), a = first.recipe,
         b = second.recipe, samples, heldOut](const JobContext &ctx) {
            return compareRecipes(*compressor, *exporter, a, b, samples.get(), heldOut, ctx);
        },
        [this](const Outcome<Details> &outcome) {
            if (const auto *details = std::get_if<Details>(&outcome))
                showDetails(*details);
            else if (const auto *error = std::get_if<Error>(&outcome))
                m_flips->setText(QString::fromUtf8(error->what()));
        });
}

QTableWidget *CompareDialog::makeTotals(const Variant &first, const Variant &second)
{
    const NowStrip::Figures &a = first.figures;
    const NowStrip::Figures &b = second.figures;
    const auto difference = [](const NowStrip::Figures &f) {
        return f.top1Difference ? points(*f.top1Difference) : unavailable();
    };
    const auto agreement = [](const NowStrip::Figures &f) {
        return f.agreement ? percent(*f.agreement) : unavailable();
    };
    const auto size = [](const NowStrip::Figures &f) { return f.bytes > 0 ? bytes(f.bytes) : unavailable(); };
    const auto macs = [](const NowStrip::Figures &f) { return f.macs ? count(*f.macs) : unavailable(); };
    const auto latency = [](const NowStrip::Figures &f) {
        return f.latency ? seconds(*f.latency) : unavailable();
    };

    QTableWidget *table = makePlainTable({QString(), first.name, second.name}, {1, 2}, this);
    addPlainRow(table, {tr("Top-1"), topText(a), topText(b)});
    addPlainRow(table, {tr("Difference to the baseline, points"), difference(a), difference(b)});
    addPlainRow(table, {tr("Agreement with the baseline"), agreement(a), agreement(b)});
    addPlainRow(table, {tr("File size"), size(a), size(b)});
    addPlainRow(table, {tr("Multiply-accumulates"), macs(a), macs(b)});
    addPlainRow(table, {tr("Latency of one sample"), latency(a), latency(b)});
    addPlainRow(table, {tr("Measured on"), first.data, second.data});
    table->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    table->setFocusPolicy(Qt::NoFocus);
    table->setSelectionMode(QAbstractItemView::NoSelection);
    table->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    table->setFixedHeight(table->horizontalHeader()->sizeHint().height() + table->verticalHeader()->length() +
                          2 * table->frameWidth());
    return table;
}

void CompareDialog::showDetails(const Details &details)
{
    for (size_t i = 0; i < m_layers.size(); ++i) {
        const LayerResult &a = details.first.layers[i];
        const LayerResult &b = details.second.layers[i];
        addPlainRow(m_table,
                    {QString::fromStdString(m_layers[i].name), QString::fromStdString(summary(a.settings)),
                     QString::fromStdString(summary(b.settings)), bytes(details.firstStorage[i].bytes),
                     bytes(details.secondStorage[i].bytes), percent(a.relativeError),
                     percent(b.relativeError)});
        markRow(static_cast<int>(i), a.settings != b.settings);
    }
    m_table->resizeColumnsToContents();
    m_table->horizontalHeader()->setSectionResizeMode(Name, QHeaderView::Stretch);
    hideEqualRows(m_onlyDifferent->isChecked());
    showFlips(details);
}

void CompareDialog::markRow(int row, bool differs)
{
    QFont bold = m_table->font();
    bold.setBold(true);
    for (int column = 0; column < ColumnCount; ++column) {
        QTableWidgetItem *item = m_table->item(row, column);
        if (differs)
            item->setFont(bold);
        else
            item->setForeground(colors().muted);
        item->setData(Qt::UserRole, differs);
    }
}

void CompareDialog::showFlips(const Details &details)
{
    if (!details.outputs || !details.outputs->agreement) {
        m_flips->setText(details.outputs
                             ? tr("The outputs are no classes: SQNR of the second against the first %1 dB.")
                                   .arg(number(details.outputs->sqnrDecibel, 1))
                             : tr("No data set: only sizes and weight errors are compared."));
        return;
    }
    const auto flipped = static_cast<qint64>(details.outputs->changed.size());
    QString text =
        tr("%1 of %2 samples get another class in the second.").arg(flipped).arg(details.outputs->samples);
    if (m_hasLabels)
        text += tr(" %1 become right, %2 become wrong.").arg(details.becameRight).arg(details.becameWrong);
    m_flips->setText(text);
}

void CompareDialog::hideEqualRows(bool hide)
{
    for (int row = 0; row < m_table->rowCount(); ++row)
        m_table->setRowHidden(row, hide && !m_table->item(row, Name)->data(Qt::UserRole).toBool());
}

} // namespace lathe::ui
