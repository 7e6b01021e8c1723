#include "ui/compare/comparedialog.h"

#include "ui/base/format.h"
#include "ui/base/messages.h"
#include "ui/base/settingstext.h"
#include "ui/compare/confusionview.h"
#include "ui/compare/weightcomparison.h"
#include "ui/style/theme.h"
#include "ui/widgets/panelparts.h"
#include "ui/widgets/plaintable.h"

#include <QCheckBox>
#include <QDialogButtonBox>
#include <QHeaderView>
#include <QLabel>
#include <QSplitter>
#include <QTabWidget>
#include <QTableWidget>
#include <QVBoxLayout>
#include <algorithm>

namespace lathe::ui {
namespace {

constexpr int thumbnail = 56;

/// Images of some sets use a part of the range only, and would be black.
std::vector<uint8_t> stretched(const Image &image)
{
    std::vector<uint8_t> pixels(image.pixels.begin(), image.pixels.end());
    const int brightest = *std::ranges::max_element(pixels);
    if (image.channels == 1 && brightest > 0)
        for (uint8_t &pixel : pixels)
            pixel = static_cast<uint8_t>(pixel * 255 / brightest);
    return pixels;
}

QPixmap pixmapOf(const Image &image)
{
    if (image.pixels.empty())
        return {};
    const QImage::Format format = image.channels == 1 ? QImage::Format_Grayscale8 : QImage::Format_BGR888;
    const std::vector<uint8_t> pixels = stretched(image);
    const QImage view(pixels.data(), image.width, image.height, image.width * image.channels, format);
    return QPixmap::fromImage(
        view.scaled(thumbnail, thumbnail, Qt::KeepAspectRatio, Qt::SmoothTransformation));
}

QVector<std::pair<Figure, QString>> totalRows()
{
    return {{Figure::Accuracy, CompareDialog::tr("Top-1")},
            {Figure::Difference, CompareDialog::tr("Difference to the baseline, points")},
            {Figure::Agreement, CompareDialog::tr("Agreement with the baseline")},
            {Figure::Size, CompareDialog::tr("File size")},
            {Figure::Ratio, CompareDialog::tr("Ratio")},
            {Figure::Macs, CompareDialog::tr("Multiply-accumulates")},
            {Figure::Memory, CompareDialog::tr("Memory")},
            {Figure::Latency, CompareDialog::tr("Latency of one sample")}};
}

/// A page: what it says above its table.
QWidget *pageWith(const QString &caption, QWidget *content)
{
    auto *page = new QWidget;
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(0, 8, 0, 0);
    QLabel *text = makeMuted(caption, page);
    text->setWordWrap(true);
    column->addWidget(text);
    column->addWidget(content, 1);
    return page;
}

QSet<int> columnsFrom(int first, int count)
{
    QSet<int> columns;
    for (int i = 0; i < count; ++i)
        columns.insert(first + i);
    return columns;
}

} // namespace

CompareDialog::CompareDialog(Workbench &workbench, const QVector<Variant> &variants, QWidget *parent)
    : QDialog(parent), m_variants(variants), m_model(workbench.model()), m_summary(makeMuted({}, this)),
      m_pages(new QTabWidget(this))
{
    setWindowTitle(tr("Compare: %1").arg(names().join(QStringLiteral(", "))));
    setObjectName(QStringLiteral("compareDialog"));
    m_summary->setObjectName(QStringLiteral("compareFlips"));
    m_summary->setWordWrap(true);
    m_summary->setText(tr("Running them…"));
    m_pages->setDocumentMode(true);
    m_pages->addTab(makeLayersPage(), tr("&Layers"));
    m_pages->addTab(makeSamplesPage(), tr("&Samples"));
    m_pages->addTab(makeClassesPage(), tr("&Classes"));
    m_weights = new WeightComparison(workbench.model(), this);
    m_pages->addTab(m_weights, tr("&Weights"));

    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 16, 16, 16);
    column->setSpacing(8);
    column->addWidget(makeTotals());
    column->addWidget(m_summary);
    column->addWidget(m_pages, 1);
    column->addWidget(buttons);
    resize(980, 720);
    follow(workbench.variants());
    start(workbench);
}

QStringList CompareDialog::names() const
{
    QStringList names;
    for (const Variant &variant : m_variants)
        names << variant.name;
    return names;
}

void CompareDialog::start(Workbench &workbench)
{
    std::vector<VariantSource> sources;
    for (const Variant &variant : m_variants)
        sources.push_back(VariantSource(variant));
    m_runner.setTitle(tr("Comparing variants"));
    m_runner.start(
        [compressor = workbench.compressor(), exporter = workbench.exporter(), sources,
         data = workbench.data()](const JobContext &ctx) {
            return compareVariants(*compressor, *exporter, sources, data ? &*data : nullptr, ctx);
        },
        [this](const Outcome<VariantComparison> &outcome) {
            if (const auto *comparison = std::get_if<VariantComparison>(&outcome)) {
                m_comparison = *comparison;
                showComparison();
            } else if (const auto *error = std::get_if<Error>(&outcome)) {
                m_summary->setText(messageText(error->message()));
            }
        });
}

QTableWidget *CompareDialog::makeTotals()
{
    const auto count = static_cast<int>(m_variants.size());
    auto *table = m_totals = makePlainTable(QStringList{QString()} + names(), columnsFrom(1, count), this);
    table->setObjectName(QStringLiteral("compareTotals"));
    for (const auto &[figure, title] : totalRows())
        addPlainRow(table, QStringList{title} + QStringList(count, QString()));
    addPlainRow(table, QStringList{tr("Measured on")} + QStringList(count, QString()));
    fillTotals();
    table->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    table->horizontalHeader()->setSectionResizeMode(0, QHeaderView::ResizeToContents);
    table->setFocusPolicy(Qt::NoFocus);
    table->setSelectionMode(QAbstractItemView::NoSelection);
    table->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    table->setFixedHeight(table->horizontalHeader()->sizeHint().height() + table->verticalHeader()->length() +
                          2 * table->frameWidth());
    return table;
}

void CompareDialog::fillTotals()
{
    const auto fill = [this](int row, int column, const FigureText &text) {
        QTableWidgetItem *item = m_totals->item(row, column);
        item->setText(text.whole());
        item->setToolTip(text.toolTip.isEmpty() ? text.whole() : text.toolTip);
        const bool muted = text.ink == FigureInk::Muted;
        item->setForeground(muted ? QBrush(colors().muted) : m_totals->palette().text());
    };
    for (int i = 0; i < m_variants.size(); ++i) {
        const Variant &variant = m_variants[i];
        int row = 0;
        for (const auto &[figure, title] : totalRows())
            fill(row++, 1 + i, figureText(figure, variant.figures, variant.isBaseline()));
        fill(row, 1 + i, {messageText(variant.data), {}, {}});
    }
}

/// A variant that is being measured goes on being it. Those of another model are others.
void CompareDialog::follow(const VariantModel *variants)
{
    connect(variants, &QAbstractItemModel::dataChanged, this, [this, variants] { followFigures(*variants); });
    connect(variants, &QAbstractItemModel::modelReset, this,
            [this, variants] { disconnect(variants, nullptr, this, nullptr); });
}

void CompareDialog::followFigures(const VariantModel &variants)
{
    for (Variant &variant : m_variants) {
        const int row = variants.rowOf(variant.id);
        if (row < 0)
            continue; // deleted meanwhile: what was compared stays
        variant.figures = variants.at(row).figures;
        variant.data = variants.at(row).data;
    }
    fillTotals();
}

QWidget *CompareDialog::makeLayersPage()
{
    const auto count = static_cast<int>(m_variants.size());
    QStringList headers{tr("Layer")};
    headers += names();
    for (int i = 1; i <= count; ++i)
        headers << tr("Size %1").arg(i);
    for (int i = 1; i <= count; ++i)
        headers << tr("Error %1").arg(i);
    m_layerTable = makePlainTable(headers, columnsFrom(1 + count, 2 * count), this);
    m_layerTable->setObjectName(QStringLiteral("compareLayers"));
    m_layerTable->resizeColumnsToContents(); // the names of the variants, until there are rows
    m_onlyDifferent = new QCheckBox(tr("Only layers that &differ"), this);
    connect(m_onlyDifferent, &QCheckBox::toggled, this, &CompareDialog::hideEqualRows);
    connect(m_layerTable, &QTableWidget::itemDoubleClicked, this, [this](const QTableWidgetItem *item) {
        m_weights->setLayer(item->row());
        m_pages->setCurrentWidget(m_weights);
    });
    auto *page = new QWidget;
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(0, 8, 0, 0);
    column->addWidget(m_onlyDifferent);
    column->addWidget(m_layerTable, 1);
    return page;
}

QWidget *CompareDialog::makeSamplesPage()
{
    m_sampleTable = makePlainTable(QStringList{QString(), tr("Sample"), tr("Label")} + names(), {}, this);
    m_sampleTable->setObjectName(QStringLiteral("compareSamples"));
    m_sampleTable->setIconSize({thumbnail, thumbnail});
    m_sampleTable->verticalHeader()->setDefaultSectionSize(thumbnail + 6);
    return pageWith(tr("Samples that do not get the same class from all of them"), m_sampleTable);
}

QWidget *CompareDialog::makeClassesPage()
{
    const auto count = static_cast<int>(m_variants.size());
    m_classTable =
        makePlainTable(QStringList{tr("Class"), tr("Samples")} + names(), columnsFrom(1, count + 1), this);
    m_classTable->setObjectName(QStringLiteral("compareClasses"));
    m_confusionTable = makePlainTable(QStringList{tr("True class"), tr("Given class")} + names(),
                                      columnsFrom(2, count), this);
    m_confusionTable->setObjectName(QStringLiteral("compareConfusions"));
    m_confusions = new ConfusionView(this);
    auto *right = new QSplitter(Qt::Vertical, this);
    right->addWidget(
        pageWith(tr("Confusions: the last against the first; green is for the better"), m_confusions));
    right->addWidget(pageWith(tr("Confusions that became more or less frequent"), m_confusionTable));
    auto *split = new QSplitter(Qt::Horizontal, this);
    split->addWidget(
        pageWith(tr("Share of each class that is right; the largest difference first"), m_classTable));
    split->addWidget(right);
    return split;
}

void CompareDialog::showComparison()
{
    showLayers();
    showSamples();
    showClasses();
    showSummary();
    QStringList shown;
    for (const Variant &variant : m_variants)
        shown << (variant.isBaseline() ? QString() : variant.name);
    m_weights->setComparison(&m_comparison, shown);
}

void CompareDialog::showLayers()
{
    fillPlainTable(
        m_layerTable, static_cast<int>(m_model.layers().size()), [this](int row) { addLayer(row); },
        [this] {
            m_layerTable->resizeColumnsToContents();
            m_layerTable->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
            hideEqualRows(m_onlyDifferent->isChecked());
        });
}

void CompareDialog::addLayer(int row)
{
    const auto index = static_cast<size_t>(row);
    QStringList texts, sizes, errors;
    std::vector<bool> differs;
    for (const std::vector<ComparedLayer> &variant : m_comparison.layers) {
        const ComparedLayer &layer = variant[index];
        texts << layer.text;
        sizes << (layer.known ? bytes(layer.bytes) : unavailable());
        errors << (layer.error ? percent(*layer.error) : unavailable());
        differs.push_back(!layer.isLike(m_comparison.layers.front()[index]));
    }
    addPlainRow(m_layerTable,
                QStringList{QString::fromStdString(m_model.layers()[index].name)} + texts + sizes + errors);
    markRow(row, differs);
}

/// What differs from the first variant is bold on a tint, rows that are alike in all are pale.
void CompareDialog::markRow(int row, const std::vector<bool> &differs)
{
    QFont bold = m_layerTable->font();
    bold.setBold(true);
    QColor tint = colors().accent;
    tint.setAlphaF(0.14F);
    const bool any = std::ranges::find(differs, true) != differs.end();
    for (int column = 0; column < m_layerTable->columnCount(); ++column) {
        QTableWidgetItem *item = m_layerTable->item(row, column);
        const bool its = column == 0 ? any : differs[static_cast<size_t>(column - 1) % differs.size()];
        if (its)
            item->setFont(bold);
        if (its && column > 0)
            item->setBackground(tint);
        if (!any)
            item->setForeground(colors().muted);
        item->setData(Qt::UserRole, any);
    }
}

void CompareDialog::showSamples()
{
    for (const FlippedSample &sample : m_comparison.flipped) {
        QStringList cells{QString(), sample.name,
                          sample.label < 0 ? unavailable() : m_comparison.className(sample.label)};
        for (const int top : sample.tops)
            cells << m_comparison.className(top);
        addPlainRow(m_sampleTable, cells);
        const int row = m_sampleTable->rowCount() - 1;
        m_sampleTable->item(row, 0)->setData(Qt::DecorationRole, pixmapOf(sample.image));
        for (size_t v = 0; sample.label >= 0 && v < sample.tops.size(); ++v)
            m_sampleTable->item(row, 3 + static_cast<int>(v))
                ->setForeground(sample.tops[v] == sample.label ? colors().good : colors().loss);
    }
    m_sampleTable->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    m_sampleTable->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Fixed);
    m_sampleTable->setColumnWidth(0, thumbnail + 12);
    m_pages->setTabText(1, tr("&Samples (%1)").arg(m_comparison.flipped.size()));
}

void CompareDialog::showClasses()
{
    std::vector<ClassAccuracy> classes = m_comparison.classes;
    const auto spread = [](const ClassAccuracy &entry) {
        const auto [low, high] = std::ranges::minmax_element(entry.right);
        return static_cast<double>(*high - *low) / static_cast<double>(entry.samples);
    };
    std::ranges::stable_sort(classes, std::ranges::greater(), spread);
    for (const ClassAccuracy &entry : classes) {
        QStringList cells{m_comparison.className(entry.label), QString::number(entry.samples)};
        for (const int64_t right : entry.right)
            cells << percent(static_cast<double>(right) / static_cast<double>(entry.samples));
        addPlainRow(m_classTable, cells);
    }
    for (const Confusion &confusion : m_comparison.confusions) {
        QStringList cells{m_comparison.className(confusion.label), m_comparison.className(confusion.top)};
        for (const int64_t samples : confusion.samples)
            cells << QString::number(samples);
        addPlainRow(m_confusionTable, cells);
    }
    for (QTableWidget *table : {m_classTable, m_confusionTable}) // all in sight; long names give way
        table->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    m_confusions->setComparison(&m_comparison, 0, static_cast<int>(m_variants.size()) - 1);
}

void CompareDialog::showSummary()
{
    if (!m_comparison.measured) {
        m_summary->setText(tr("No data set: only sizes and weight errors are compared."));
        return;
    }
    if (!m_comparison.lastAgainstFirst->agreement) {
        m_summary->setText(tr("The outputs are no classes: SQNR of the last against the first %1 dB.")
                               .arg(number(m_comparison.lastAgainstFirst->sqnrDecibel, 1)));
        return;
    }
    int becameRight = 0, becameWrong = 0;
    for (const FlippedSample &sample : m_comparison.flipped) {
        becameRight += sample.tops.front() != sample.label && sample.tops.back() == sample.label;
        becameWrong += sample.tops.front() == sample.label && sample.tops.back() != sample.label;
    }
    const auto flipped = static_cast<qint64>(m_comparison.lastAgainstFirst->changed.size());
    QString text = m_variants.size() == 2
                       ? tr("%1 of %2 samples get another class in the second.")
                       : tr("%1 of %2 samples get another class in the last than in the first.");
    text = text.arg(flipped).arg(m_comparison.samples);
    if (m_comparison.hasLabels)
        text += tr(" %1 become right, %2 become wrong.").arg(becameRight).arg(becameWrong);
    m_summary->setText(text);
}

void CompareDialog::hideEqualRows(bool hide)
{
    for (int row = 0; row < m_layerTable->rowCount(); ++row)
        m_layerTable->setRowHidden(row, hide && !m_layerTable->item(row, 0)->data(Qt::UserRole).toBool());
}

} // namespace lathe::ui
