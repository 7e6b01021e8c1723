#include "ui/compare/samplemodel.h"

#include "ui/base/format.h"
#include "ui/base/tabletext.h"
#include "ui/style/theme.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace lathe::ui {

QString probabilityText(double share)
{
    return std::isfinite(share) ? percent(share) : unavailable();
}

SampleModel::SampleModel(SampleImages *images, QObject *parent)
    : QAbstractTableModel(parent), m_images(images)
{
    connect(images, &SampleImages::ready, this, [this](size_t index) {
        for (int row = 0; row < rowCount(); ++row)
            if (datasetIndex(row) == index) {
                const QModelIndex changed = createIndex(row, Sample);
                emit dataChanged(changed, changed, {Qt::DecorationRole});
                return;
            }
    });
}

void SampleModel::setComparison(const QVector<Variant> &variants, const SharedComparison &comparison,
                                const std::vector<size_t> &datasetIndices)
{
    beginResetModel();
    m_variants = variants;
    m_titles = columnTitles(variants);
    m_comparison = comparison;
    std::vector<int> labels(comparison ? comparison->classNames.size() : 0);
    std::iota(labels.begin(), labels.end(), 0);
    m_shortNames = comparison ? comparison->shortClassNames(labels) : QHash<int, QString>();
    m_indices = datasetIndices;
    choose();
    endResetModel();
}

void SampleModel::setFilter(Filter filter)
{
    if (filter == m_filter)
        return;
    beginResetModel();
    m_filter = filter;
    choose();
    endResetModel();
}

bool SampleModel::passes(const ComparedSample &sample, Filter filter)
{
    switch (filter) {
    case Changed:
        return sample.differs();
    case Broken:
        return sample.isBroken();
    case Mended:
        return sample.isMended();
    case All:
    case FilterCount:
        break;
    }
    return true;
}

void SampleModel::choose()
{
    m_shown.clear();
    if (!m_comparison)
        return;
    for (size_t i = 0; i < m_comparison->answers.size(); ++i)
        if (passes(m_comparison->answers[i], m_filter))
            m_shown.push_back(i);
}

int SampleModel::countOf(Filter filter) const
{
    if (!m_comparison)
        return 0;
    return static_cast<int>(std::ranges::count_if(
        m_comparison->answers, [filter](const ComparedSample &sample) { return passes(sample, filter); }));
}

int SampleModel::rowOf(size_t number) const
{
    const auto found = std::ranges::lower_bound(m_shown, number);
    return found == m_shown.end() ? -1 : static_cast<int>(found - m_shown.begin());
}

int SampleModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_shown.size());
}

int SampleModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : FirstAnswer + static_cast<int>(m_variants.size());
}

/// @param whole with all that the class is called
QString SampleModel::className(int label, bool whole) const
{
    const auto found = m_shortNames.constFind(label);
    return whole || found == m_shortNames.cend() ? m_comparison->className(label) : *found;
}

QString SampleModel::labelOf(const ComparedSample &sample, bool whole) const
{
    return sample.label < 0 ? unavailable() : className(sample.label, whole);
}

/// Right and wrong are told by a sign as well: not everybody sees the colours.
QString SampleModel::answerText(const ComparedSample &sample, size_t variant, bool whole) const
{
    QString name = className(sample.tops[variant], whole);
    if (sample.label >= 0)
        name.prepend((sample.isRight(variant) ? QStringLiteral("✓") : QStringLiteral("✗")) + QChar::Nbsp);
    return name + QLatin1Char('\n') +
           keptTogether(probabilityText(static_cast<double>(sample.probabilities[variant])));
}

QVariant SampleModel::ink(const ComparedSample &sample, int column) const
{
    if (column < FirstAnswer || sample.label < 0)
        return {};
    return sample.isRight(static_cast<size_t>(column - FirstAnswer)) ? colors().good : colors().loss;
}

QVariant SampleModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const ComparedSample &sample = at(index.row());
    const bool whole = role != Qt::DisplayRole;
    switch (role) {
    case Qt::DisplayRole:
    case Qt::ToolTipRole:
    case FullTextRole:
        return index.column() == Sample ? sample.name
               : index.column() == Label
                   ? labelOf(sample, whole)
                   : answerText(sample, static_cast<size_t>(index.column() - FirstAnswer), whole);
    case Qt::DecorationRole:
        return index.column() == Sample && m_images->holdsImages()
                   ? QVariant(m_images->small(datasetIndex(index.row())))
                   : QVariant();
    case Qt::ForegroundRole:
        return ink(sample, index.column());
    case Qt::TextAlignmentRole:
        return int(Qt::AlignLeft | Qt::AlignVCenter);
    default:
        return {};
    }
}

QVariant SampleModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section >= columnCount())
        return {};
    if (role == Qt::TextAlignmentRole)
        return int(Qt::AlignLeft | Qt::AlignVCenter);
    if (role == Qt::ToolTipRole && section >= FirstAnswer)
        return m_variants[section - FirstAnswer].name;
    if (role != Qt::DisplayRole)
        return {};
    return section == Sample  ? tr("Sample")
           : section == Label ? tr("True class")
                              : m_titles[section - FirstAnswer];
}

QString SampleModel::csv() const
{
    QStringList header{QStringLiteral("sample"), QStringLiteral("label")};
    for (const Variant &variant : m_variants)
        header << csvText(variant.name) << csvText(tr("%1: probability").arg(variant.name));
    QString text = header.join(QLatin1Char(',')) + QLatin1Char('\n');
    for (int row = 0; row < rowCount(); ++row) {
        const ComparedSample &sample = at(row);
        QStringList cells{csvText(sample.name),
                          csvText(sample.label < 0 ? QString() : labelOf(sample, true))};
        for (size_t v = 0; v < sample.tops.size(); ++v)
            cells << csvText(m_comparison->className(sample.tops[v]))
                  << QString::number(static_cast<double>(sample.probabilities[v]), 'g', 6);
        text += cells.join(QLatin1Char(',')) + QLatin1Char('\n');
    }
    return text;
}

} // namespace lathe::ui
