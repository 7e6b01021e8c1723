#include "ui/compare/comparelayermodel.h"

#include "ui/base/format.h"
#include "ui/style/theme.h"

namespace lathe::ui {
namespace {

/// Figures first: they are what is read down a column.
QString textOf(const ComparedLayer &layer)
{
    if (!layer.known)
        return layer.text;
    QString figures = keptTogether(bytes(layer.bytes));
    if (layer.error)
        figures = CompareLayerModel::tr("%1, %2").arg(
            figures, keptTogether(CompareLayerModel::tr("error %1").arg(percent(*layer.error))));
    return figures + QLatin1Char('\n') + layer.text;
}

} // namespace

void CompareLayerModel::setComparison(const Model &model, const QVector<Variant> &variants,
                                      const SharedComparison &comparison)
{
    beginResetModel();
    m_model = model;
    m_variants = variants;
    m_titles = columnTitles(variants);
    m_comparison = comparison;
    endResetModel();
}

int CompareLayerModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() || !m_comparison ? 0 : static_cast<int>(m_model->layers().size());
}

int CompareLayerModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : 1 + static_cast<int>(m_variants.size());
}

bool CompareLayerModel::differs(int row, int variant) const
{
    const auto &first = m_comparison->studies.front();
    const auto &study = m_comparison->studies[static_cast<size_t>(variant)];
    const auto layer = static_cast<size_t>(row);
    return study && first && !study->layers[layer].isLike(first->layers[layer]);
}

bool CompareLayerModel::differs(int row) const
{
    for (int variant = 1; variant < m_variants.size(); ++variant)
        if (differs(row, variant))
            return true;
    return false;
}

QString CompareLayerModel::text(const QModelIndex &index) const
{
    const auto layer = static_cast<size_t>(index.row());
    if (index.column() == 0)
        return QString::fromStdString(m_model->layers()[layer].name);
    const auto &study = m_comparison->studies[static_cast<size_t>(index.column() - 1)];
    return study ? textOf(study->layers[layer]) : QStringLiteral("…");
}

QVariant CompareLayerModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const bool its = index.column() == 0 ? differs(index.row()) : differs(index.row(), index.column() - 1);
    switch (role) {
    case Qt::DisplayRole:
    case Qt::ToolTipRole:
        return text(index);
    case Qt::TextAlignmentRole:
        return int(Qt::AlignLeft | Qt::AlignVCenter);
    case Qt::FontRole: {
        QFont font; // the view's, but for the weight
        font.setBold(true);
        return its ? QVariant(font) : QVariant();
    }
    case Qt::BackgroundRole: {
        QColor tint = colors().accent;
        tint.setAlphaF(0.14F);
        return its && index.column() > 0 ? QVariant(QBrush(tint)) : QVariant();
    }
    case Qt::ForegroundRole:
        return differs(index.row()) ? QVariant() : QVariant(colors().muted);
    default:
        return {};
    }
}

QVariant CompareLayerModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section >= columnCount())
        return {};
    if (role == Qt::TextAlignmentRole)
        return int(Qt::AlignLeft | Qt::AlignVCenter);
    if (role == Qt::ToolTipRole && section > 0)
        return m_variants[section - 1].name;
    if (role != Qt::DisplayRole)
        return {};
    return section == 0 ? tr("Layer") : m_titles[section - 1];
}

} // namespace lathe::ui
