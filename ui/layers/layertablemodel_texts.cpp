// The part of LayerTableModel that says what stands in a cell, and what it means.
#include "ui/base/format.h"
#include "ui/base/messages.h"
#include "ui/base/settingstext.h"
#include "ui/layers/layertablemodel.h"

#include "core/recipe/recipe.h"

#include <QLocale>

namespace lathe::ui {
namespace {

/// Every key and value as a recipe says it: "bits=4, group=32".
QString keysText(const LayerSettings &settings)
{
    QStringList keys;
    for (const Change &change : changesFor(settings))
        keys << QString::fromStdString(change.key + '=' + change.value);
    return keys.join(QStringLiteral(", "));
}

} // namespace

QString LayerTableModel::codedText(const Layer &layer, const Result *result, qint64 bits)
{
    return !result        ? QString()
           : layer.tiedTo ? unavailable()
           : bits > 0     ? bytes(bytesOfBits(bits))
                          : QString();
}

QString LayerTableModel::text(const QModelIndex &index) const
{
    const Layer &layer = m_layers[size_t(index.row())];
    const Result *result = resultOf(index.row());
    const bool changed = isChanged(index.row());
    const auto withTrained = [trained = trainedOf(index.row())](const QString &settings) {
        return trained == LayerResult::Trained::Carried   ? tr("%1, trained").arg(settings)
               : trained == LayerResult::Trained::LeftOut ? tr("%1, no longer trained").arg(settings)
                                                          : settings;
    };
    switch (Column(index.column())) {
    case Name:
        return m_names[index.row()].first();
    case Op:
        return QString::fromStdString(layer.op);
    case Shape:
        return m_shapes[index.row()];
    case Parameters:
        return count(layer.parameters);
    case Bytes:
        return bytes(layer.fileBytes);
    case Share:
        return m_totalBytes > 0 ? percent(double(layer.fileBytes) / double(m_totalBytes)) : unavailable();
    case Macs:
        return layer.macs ? count(*layer.macs) : unavailable();
    case Settings:
        return isKept(index.row()) ? tr("kept")
               : changed           ? withTrained(shortSettingsText(*settingsOf(index.row())))
                                   : QString();
    case Stored:
        return !result ? QString() : layer.tiedTo ? unavailable() : bytes(result->bytes);
    case Error:
        return hasChanged(index.row()) ? percent(result->error) : QString();
    case Output:
        return !hasChanged(index.row()) ? QString()
               : result->outputError    ? decibel(*result->outputError)
                                        : unavailable();
    case Theory:
        return !result        ? QString()
               : layer.tiedTo ? unavailable()
                              : bytes(bytesOfBits(result->theoreticalBits));
    case Huffman:
        return codedText(layer, result, result ? result->huffmanBits : 0);
    case Shannon:
        return codedText(layer, result, result ? result->shannonBits : 0);
    case ColumnCount:
        break;
    }
    return {};
}

QString LayerTableModel::fullText(const QModelIndex &index) const
{
    if (index.column() == Name)
        return QString::fromStdString(m_layers[size_t(index.row())].name);
    return index.column() == Settings && isChanged(index.row()) && !isKept(index.row())
               ? settingsText(*settingsOf(index.row()))
               : text(index);
}

QStringList LayerTableModel::columnTip(const QModelIndex &index) const
{
    const Layer &layer = m_layers[size_t(index.row())];
    const Result *result = resultOf(index.row());
    QStringList lines;
    switch (Column(index.column())) {
    case Name:
        lines << QString::fromStdString(layer.name)
              << tr("Weight: %1").arg(QString::fromStdString(layer.weightName));
        break;
    case Op:
        lines << QString::fromStdString(layer.op);
        break;
    case Shape:
        lines << m_shapes[index.row()];
        lines << tr("As a matrix: %1 outputs × %2 inputs").arg(layer.rows).arg(layer.cols);
        lines << tr("Break-even rank %1 of %2").arg(layer.breakEvenRank()).arg(layer.fullRank());
        break;
    case Parameters:
        lines << tr("%1 weights").arg(QLocale().toString(qint64(layer.parameters)));
        break;
    case Bytes:
    case Share:
        lines << tr("%1 bytes of %2 in the file")
                     .arg(QLocale().toString(qint64(layer.fileBytes)), bytes(m_totalBytes));
        break;
    case Macs:
        lines << (layer.macs ? tr("%1 multiply-accumulates for one sample")
                                   .arg(QLocale().toString(qint64(*layer.macs)))
                             : tr("Not known: the shapes of this layer could not be worked out."));
        break;
    case Settings:
        lines << (isKept(index.row())      ? tr("Kept as it is, whatever else the recipe says")
                  : isChanged(index.row()) ? fullText(index)
                                           : tr("Stays as it is"));
        if (isChanged(index.row()))
            lines << keysText(*settingsOf(index.row()));
        if (trainedOf(index.row()) == LayerResult::Trained::Carried)
            lines << tr("Its values were trained to bring the outputs back to the original's.");
        else if (trainedOf(index.row()) == LayerResult::Trained::LeftOut)
            lines << tr(
                "It was trained with other settings and has what the recipe alone gives; put back, it "
                "has its trained values again.");
        break;
    case Stored:
        if (result)
            lines
                << (layer.tiedTo
                        ? tr("Stored once, with %1").arg(QString::fromStdString(m_layers[*layer.tiedTo].name))
                        : tr("%1 bytes as %2").arg(QLocale().toString(result->bytes), result->form));
        break;
    case Error:
        lines << tr("Size of the change against the size of the weight (Frobenius norm)");
        break;
    case Output:
        lines << tr(
            "Signal to noise of the layer's output on calibration data, in each channel against its own "
            "deviation, as a normalization behind it has it; 20 dB: the error is a tenth of that");
        if (hasChanged(index.row()) && !result->outputError)
            lines << tr("Not known: there is no calibration data, or none for this layer.");
        break;
    case Theory:
        lines << tr("Codes, scales, tables and masks without anything else of the file");
        if (result && !layer.tiedTo && layer.parameters > 0)
            lines << tr("%1 bits, %2 for each weight")
                         .arg(QLocale().toString(result->theoreticalBits),
                              number(double(result->theoreticalBits) / double(layer.parameters), 2));
        if (result && result->withMaskBits > result->theoreticalBits)
            lines << tr("With a mask of one bit a weight it would be %1; stored as %2 it takes less.")
                         .arg(bytes(bytesOfBits(result->withMaskBits)), result->form);
        break;
    case Huffman:
        lines << tr("With its codes Huffman-coded one by one; an archive takes no more");
        break;
    case Shannon:
        lines << tr("No code for single weights can do with less (Shannon's bound).");
        break;
    case ColumnCount:
        break;
    }
    return lines;
}

QString LayerTableModel::toolTip(const QModelIndex &index) const
{
    const Layer &layer = m_layers[size_t(index.row())];
    QStringList lines = columnTip(index);
    if (isOutdated(index))
        lines << tr("Of the recipe before; it is being computed.");
    if (!layer.untouchable.empty())
        lines << tr("Cannot be compressed: %1").arg(messageText(layer.untouchable));
    else if (layer.tiedTo)
        lines << tr("Shares its weight with %1; change it there.")
                     .arg(QString::fromStdString(m_layers[*layer.tiedTo].name));
    return lines.join(QLatin1Char('\n'));
}

} // namespace lathe::ui
