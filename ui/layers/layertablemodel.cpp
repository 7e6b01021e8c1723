#include "ui/layers/layertablemodel.h"

#include "ui/base/messages.h"
#include "ui/base/shortnames.h"
#include "ui/base/tabletext.h"
#include "ui/style/theme.h"

#include <algorithm>

namespace lathe::ui {
namespace {

QString shapeText(const Shape &shape)
{
    QStringList parts;
    for (const int64_t d : shape)
        parts << (d < 0 ? QStringLiteral("?") : QString::number(d));
    return parts.join(QStringLiteral("×"));
}

int alignmentOf(int column)
{
    using M = LayerTableModel;
    const bool isText = column == M::Name || column == M::Op || column == M::Shape || column == M::Settings;
    return int((isText ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
}

} // namespace

LayerTableModel::LayerTableModel(QObject *parent) : QAbstractTableModel(parent) {}

void LayerTableModel::setLayers(const std::vector<Layer> &layers, qint64 totalBytes)
{
    beginResetModel();
    m_layers = layers;
    m_results.clear();
    m_outdated.clear();
    m_settings.clear();
    m_kept.clear();
    m_totalBytes = totalBytes;
    m_largestBytes = 0;
    m_shapes.clear();
    QStringList names;
    for (const Layer &layer : m_layers) {
        m_largestBytes = std::max<qint64>(m_largestBytes, layer.fileBytes);
        m_shapes << shapeText(layer.weightShape);
        names << QString::fromStdString(layer.name);
    }
    m_names = nameForms(names);
    endResetModel();
}

void LayerTableModel::setResults(const std::vector<LayerResult> &results,
                                 const std::vector<LayerStorage> &storage,
                                 const std::vector<EntropyCost> &entropy)
{
    if (m_layers.empty() || results.size() != m_layers.size() || storage.size() != m_layers.size())
        return;
    const bool first = m_results.empty();
    m_results.resize(m_layers.size());
    int from = -1, to = -1; // one signal for the span of rows that differ
    for (size_t i = 0; i < m_layers.size(); ++i) {
        Result now{results[i].settings,
                   qint64(storage[i].bytes),
                   results[i].relativeError,
                   results[i].normalizedError,
                   bitsInTheory(results[i], storage[i]),
                   results[i].theoreticalBits,
                   i < entropy.size() ? qint64(entropy[i].huffmanBits) : 0,
                   i < entropy.size() ? qint64(entropy[i].shannonBits) : 0,
                   messageText(storage[i].form),
                   results[i].trained};
        if (!first && now == m_results[i])
            continue;
        m_results[i] = std::move(now);
        from = from < 0 ? int(i) : from;
        to = int(i);
    }
    if (from >= 0)
        emit dataChanged(index(from, 0), index(to, ColumnCount - 1));
}

/// One signal for the span of rows that differ.
void LayerTableModel::setFlags(std::vector<bool> &flags, const std::vector<bool> &now,
                               const QList<int> &roles)
{
    int from = -1, to = -1;
    for (size_t i = 0; i < m_layers.size(); ++i) {
        if ((i < flags.size() && flags[i]) == (i < now.size() && now[i]))
            continue;
        from = from < 0 ? int(i) : from;
        to = int(i);
    }
    flags = now;
    if (from >= 0)
        emit dataChanged(index(from, 0), index(to, ColumnCount - 1), roles);
}

void LayerTableModel::setOutdated(const std::vector<bool> &outdated)
{
    setFlags(m_outdated, outdated, {Qt::ForegroundRole, Qt::FontRole, Qt::ToolTipRole, OutdatedRole});
}

void LayerTableModel::setSettings(const std::vector<LayerSettings> &settings)
{
    if (settings.size() != m_layers.size())
        return;
    int from = -1, to = -1; // one signal for the span of rows that differ
    for (size_t i = 0; i < settings.size(); ++i) {
        const LayerSettings *before = settingsOf(int(i));
        if (before && *before == settings[i])
            continue;
        from = from < 0 ? int(i) : from;
        to = int(i);
    }
    m_settings = settings;
    if (from >= 0)
        emit dataChanged(index(from, 0), index(to, ColumnCount - 1));
}

void LayerTableModel::setKept(const std::vector<bool> &kept)
{
    setFlags(m_kept, kept, {Qt::DisplayRole, Qt::ToolTipRole, KeptRole, SortRole});
}

bool LayerTableModel::isKept(int row) const
{
    return size_t(row) < m_kept.size() && m_kept[size_t(row)] && m_layers[size_t(row)].compressible();
}

/// What follows from the settings, where these are others by now; the settings are those of now.
bool LayerTableModel::isOutdated(const QModelIndex &index) const
{
    const auto row = size_t(index.row());
    return index.column() > Settings && row < m_outdated.size() && m_outdated[row];
}

int LayerTableModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_layers.size());
}

int LayerTableModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

const LayerTableModel::Result *LayerTableModel::resultOf(int row) const
{
    return m_results.empty() ? nullptr : &m_results[size_t(row)];
}

const LayerSettings *LayerTableModel::settingsOf(int row) const
{
    if (size_t(row) < m_settings.size())
        return &m_settings[size_t(row)];
    const Result *result = resultOf(row);
    return result ? &result->settings : nullptr;
}

bool LayerTableModel::isChanged(int row) const
{
    const LayerSettings *settings = settingsOf(row);
    return settings && !settings->empty() && m_layers[size_t(row)].compressible();
}

bool LayerTableModel::hasChanged(int row) const
{
    const Result *result = resultOf(row);
    return result && !result->settings.empty();
}

LayerResult::Trained LayerTableModel::trainedOf(int row) const
{
    const Result *result = resultOf(row);
    const bool known = result && !(size_t(row) < m_outdated.size() && m_outdated[size_t(row)]);
    return known ? result->trained : LayerResult::Trained::None;
}

QVariant LayerTableModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Layer &layer = m_layers[size_t(index.row())];
    const Result *result = resultOf(index.row());
    const auto bar = [this](qint64 size) {
        return m_largestBytes > 0 ? double(size) / double(m_largestBytes) : 0.0;
    };
    switch (role) {
    case Qt::DisplayRole:
        return text(index);
    case Qt::ToolTipRole:
        return toolTip(index);
    case Qt::TextAlignmentRole:
        return alignmentOf(index.column());
    case Qt::FontRole: { // of what is being computed
        QFont font;
        font.setItalic(true);
        return isOutdated(index) ? QVariant(font) : QVariant();
    }
    case Qt::ForegroundRole:
        return layer.compressible() && !isOutdated(index) ? QVariant() : QVariant(colors().muted);
    case FullTextRole:
        return fullText(index);
    case SortRole:
        return sortValue(index);
    case ChangedRole:
        return isChanged(index.row());
    case NameFormsRole:
        return m_names[index.row()];
    case BarRole:
        return bar(layer.fileBytes);
    case KeptRole:
        return isKept(index.row());
    case OutdatedRole:
        return isOutdated(index.siblingAtColumn(Stored));
    case StoredBarRole:
        return bar(result ? result->bytes : qint64(layer.fileBytes));
    default:
        return {};
    }
}

QVariant LayerTableModel::sortValue(const QModelIndex &index) const
{
    const Layer &layer = m_layers[size_t(index.row())];
    const Result *result = resultOf(index.row());
    switch (Column(index.column())) {
    case Name:
        return QString::fromStdString(layer.name);
    case Op:
    case Shape:
    case Settings:
        return text(index);
    case Parameters:
        return qint64(layer.parameters);
    case Bytes:
    case Share:
        return qint64(layer.fileBytes);
    case Macs:
        return qint64(layer.macs.value_or(-1));
    case Stored:
        return result ? result->bytes : qint64(-1);
    case Error:
        return hasChanged(index.row()) ? result->error : -1.0;
    case Output: // the worst last, like the largest error
        return hasChanged(index.row()) && result->outputError ? *result->outputError : -1.0;
    case Theory:
        return result ? result->theoreticalBits : qint64(-1);
    case Huffman:
        return result ? result->huffmanBits : qint64(-1);
    case Shannon:
        return result ? result->shannonBits : qint64(-1);
    case ColumnCount:
        break;
    }
    return {};
}

QVariant LayerTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation == Qt::Horizontal && role == Qt::TextAlignmentRole)
        return alignmentOf(section);
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (Column(section)) {
    case Name:
        return tr("Name");
    case Op:
        return tr("Op");
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
    case Output:
        return tr("Output");
    case Theory:
        return tr("In theory");
    case Huffman:
        return tr("Huffman");
    case Shannon:
        return tr("Shannon");
    case ColumnCount:
        break;
    }
    return {};
}

} // namespace lathe::ui
