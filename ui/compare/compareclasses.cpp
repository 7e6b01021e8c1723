#include "ui/compare/compareclasses.h"

#include "ui/base/format.h"
#include "ui/compare/confusionview.h"
#include "ui/widgets/fittedcolumns.h"
#include "ui/widgets/panelparts.h"
#include "ui/widgets/plaintable.h"

#include <QComboBox>
#include <QSplitter>
#include <QTableWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace lathe::ui {
namespace {

QLabel *makeCaption(const QString &text, QWidget *parent)
{
    QLabel *caption = makeMuted(text, parent);
    caption->setWordWrap(true);
    return caption;
}

/// Figures from column `first` on: one for each variant.
void setColumns(QTableWidget *table, int first, const QVector<Variant> &variants)
{
    table->setRowCount(0);
    table->setColumnCount(first + static_cast<int>(variants.size()));
    for (int column = first; column < table->columnCount(); ++column) {
        auto *header = new QTableWidgetItem;
        header->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
        table->setHorizontalHeaderItem(column, header);
    }
    setVariantTitles(table, first, variants);
}

} // namespace

CompareClasses::CompareClasses(QWidget *parent)
    : QWidget(parent), m_table(makePlainTable({tr("Class"), tr("Samples")}, {1}, this)),
      m_columns(new FittedColumns(m_table))
{
    m_table->setObjectName(QStringLiteral("compareClasses"));
    m_table->setAccessibleName(tr("Accuracy of each class"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 8, 0, 0);
    column->addWidget(
        makeCaption(tr("Share of each class that is right; the largest difference first"), this));
    column->addWidget(m_table, 1);
}

void CompareClasses::setComparison(const QVector<Variant> &variants, const SharedComparison &comparison)
{
    setColumns(m_table, 2, variants);
    if (!comparison)
        return;
    std::vector<ClassAccuracy> classes = comparison->classes;
    const auto spread = [](const ClassAccuracy &entry) {
        const auto [low, high] = std::ranges::minmax_element(entry.right);
        return static_cast<double>(*high - *low) / static_cast<double>(entry.samples);
    };
    std::ranges::stable_sort(classes, std::ranges::greater(), spread);
    const auto add = [this, comparison, classes](int row) {
        const ClassAccuracy &entry = classes[static_cast<size_t>(row)];
        QStringList cells{comparison->className(entry.label), QString::number(entry.samples)};
        for (const int64_t right : entry.right)
            cells << keptTogether(percent(static_cast<double>(right) / static_cast<double>(entry.samples)));
        addPlainRow(m_table, cells);
    };
    fillPlainTable(m_table, static_cast<int>(classes.size()), add, [this] { m_columns->fit(); });
}

CompareConfusions::CompareConfusions(QWidget *parent)
    : QWidget(parent), m_variant(new QComboBox(this)), m_picture(new ConfusionView(this)),
      m_table(makePlainTable({tr("True class"), tr("Given class")}, {}, this)),
      m_columns(new FittedColumns(m_table))
{
    m_table->setObjectName(QStringLiteral("compareConfusions"));
    m_table->setAccessibleName(tr("Confusions that became more or less frequent"));
    m_variant->setAccessibleName(tr("Variant"));
    m_variant->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    ignoreWheelWithoutFocus(m_variant);
    connect(m_variant, &QComboBox::currentIndexChanged, this, &CompareConfusions::showPicture);
    auto *left = new QWidget(this);
    auto *leftColumn = new QVBoxLayout(left);
    leftColumn->setContentsMargins(0, 0, 8, 0);
    leftColumn->addWidget(makeCaption(tr("Confusions that became more or less frequent"), this));
    leftColumn->addWidget(m_table, 1);
    auto *right = new QWidget(this);
    auto *rightColumn = new QVBoxLayout(right);
    rightColumn->setContentsMargins(8, 0, 0, 0);
    auto *choice = new QHBoxLayout;
    auto *label = new QLabel(tr("&Variant"), this);
    label->setBuddy(m_variant);
    choice->addWidget(label);
    choice->addWidget(m_variant, 1);
    rightColumn->addLayout(choice);
    rightColumn->addWidget(makeCaption(tr("Against the baseline; green is for the better"), this));
    rightColumn->addWidget(m_picture, 1);
    auto *split = new QSplitter(Qt::Horizontal, this);
    split->setChildrenCollapsible(false);
    split->addWidget(left);
    split->addWidget(right);
    split->setSizes({1200, 1000});
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 8, 0, 0);
    column->addWidget(split);
}

void CompareConfusions::setComparison(const QVector<Variant> &variants, const SharedComparison &comparison)
{
    const QString before = m_variant->currentText();
    const QSignalBlocker quiet(m_variant);
    m_variant->clear();
    for (const Variant &variant : variants.mid(1))
        m_variant->addItem(variant.name);
    const int same = m_variant->findText(before);
    m_variant->setCurrentIndex(same >= 0 ? same : m_variant->count() - 1);
    m_picture->setComparison(nullptr, 0, 0); // it is about to lose what it shows
    m_comparison = comparison;
    setColumns(m_table, 2, variants);
    if (!comparison)
        return;
    const auto add = [this, comparison](int row) {
        const Confusion &confusion = comparison->confusions[static_cast<size_t>(row)];
        QStringList cells{comparison->className(confusion.label), comparison->className(confusion.top)};
        for (const int64_t samples : confusion.samples)
            cells << QString::number(samples);
        addPlainRow(m_table, cells);
    };
    fillPlainTable(m_table, static_cast<int>(comparison->confusions.size()), add,
                   [this] { m_columns->fit(); });
    showPicture();
}

void CompareConfusions::showPicture()
{
    if (m_comparison && m_comparison->samples > 0 && m_variant->currentIndex() >= 0)
        m_picture->setComparison(m_comparison.get(), 0, m_variant->currentIndex() + 1);
}

} // namespace lathe::ui
