#include "ui/layertablemodel.h"

#include "ui/format.h"
#include "ui/theme.h"

#include <QIcon>
#include <QPainter>

namespace lathe::ui {
namespace {

QString shapeText(const Shape &shape)
{
    QStringList parts;
    for (const int64_t d : shape)
        parts << (d < 0 ? QStringLiteral("?") : QString::number(d));
    return parts.join(QStringLiteral("×"));
}

} // namespace

LayerTableModel::LayerTableModel(QObject *parent) : QAbstractTableModel(parent) {}

void LayerTableModel::setLayers(const std::vector<Layer> &layers, qint64 totalBytes)
{
    beginResetModel();
    m_layers = layers;
    m_results.clear();
    m_totalBytes = totalBytes;
    endResetModel();
}

void LayerTableModel::setResults(const std::vector<LayerResult> &results,
                                 const std::vector<LayerStorage> &storage)
{
    if (results.size() != m_layers.size() || storage.size() != m_layers.size())
        return;
    const bool first = m_results.empty();
    m_results.resize(m_layers.size());
    for (size_t i = 0; i < m_layers.size(); ++i) {
        const Result now{results[i].settings, qint64(storage[i].bytes), results[i].relativeError,
                         QString::fromStdString(storage[i].form)};
        if (!first && now == m_results[i])
            continue;
        m_results[i] = now;
        emit dataChanged(index(int(i), 0), index(int(i), ColumnCount - 1));
    }
}

int LayerTableModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_layers.size());
}

int LayerTableModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant LayerTableModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const bool isText = index.column() <= Shape || index.column() == Settings;
    switch (role) {
    case Qt::DisplayRole:
        return text(index);
    case Qt::ToolTipRole:
        return toolTip(index);
    case Qt::TextAlignmentRole:
        return int((isText ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    case SortRole:
        return sortValue(index);
    case ChangedRole:
        return !m_results.empty() && !m_results[size_t(index.row())].settings.empty();
    case NumericRole:
        return !isText;
    default:
        return {};
    }
}

QString LayerTableModel::text(const QModelIndex &index) const
{
    const Layer &layer = m_layers[size_t(index.row())];
    const Result *result = m_results.empty() ? nullptr : &m_results[size_t(index.row())];
    switch (Column(index.column())) {
    case Name:
        return QString::fromStdString(layer.name);
    case Op:
        return QString::fromStdString(layer.op);
    case Shape:
        return shapeText(layer.weightShape);
    case Parameters:
        return count(layer.parameters);
    case Bytes:
        return bytes(layer.weightBytes);
    case Share:
        return m_totalBytes > 0 ? percent(double(layer.weightBytes) / double(m_totalBytes)) : unavailable();
    case Macs:
        return layer.macs ? count(*layer.macs) : unavailable();
    case Settings:
        return result && !result->settings.empty() ? QString::fromStdString(summary(result->settings))
                                                   : QString();
    case Stored:
        return result ? bytes(result->bytes) : QString();
    case Error:
        return result && !result->settings.empty() ? percent(result->error) : QString();
    case ColumnCount:
        break;
    }
    return {};
}

QString LayerTableModel::toolTip(const QModelIndex &index) const
{
    return text(index);
}

QVariant LayerTableModel::sortValue(const QModelIndex &index) const
{
    const Layer &layer = m_layers[size_t(index.row())];
    const Result *result = m_results.empty() ? nullptr : &m_results[size_t(index.row())];
    switch (Column(index.column())) {
    case Name:
    case Op:
    case Shape:
    case Settings:
        return text(index);
    case Parameters:
        return qint64(layer.parameters);
    case Bytes:
    case Share:
        return qint64(layer.weightBytes);
    case Macs:
        return qint64(layer.macs.value_or(-1));
    case Stored:
        return result ? result->bytes : qint64(-1);
    case Error:
        return result ? result->error : -1.0;
    case ColumnCount:
        break;
    }
    return {};
}

QVariant LayerTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (Column(section)) {
    case Name:
        return tr("Name");
    case Op:
        return tr("Operator");
    case Shape:
        return tr("Shape");
    case Parameters:
        return tr("Weights");
    case Bytes:
        return tr("Size");
    case Share:
        return tr("Share");
    case Macs:
        return tr("MACs");
    case Settings:
        return tr("Settings");
    case Stored:
        return tr("Stored");
    case Error:
        return tr("Error");
    case ColumnCount:
        break;
    }
    return {};
}

} // namespace lathe::ui
