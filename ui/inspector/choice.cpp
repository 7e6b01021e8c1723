#include "ui/inspector/choice.h"

#include "ui/widgets/costdelegate.h"
#include "ui/widgets/panelparts.h"

#include <QAbstractItemView>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QStandardItemModel>

#include <algorithm>

namespace lathe::ui {

QString Choice::text(int key) const
{
    const auto found =
        std::find_if(entries.begin(), entries.end(), [key](const Entry &e) { return e.key == key; });
    return found != entries.end() ? found->text : textOf ? textOf(key) : QString::number(key);
}

ChoiceBox::ChoiceBox(Choice choice, QWidget *parent) : QComboBox(parent), m_choice(std::move(choice))
{
    for (const Choice::Entry &entry : m_choice.entries) {
        addItem(entry.text, entry.key);
        setItemData(count() - 1, entry.hint, Qt::ToolTipRole);
    }
    setAccessibleName(m_choice.name);
    setAccessibleDescription(m_choice.hint);
    setToolTip(m_choice.hint);
    setPlaceholderText(tr("mixed"));
    setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    setMinimumContentsLength(6);
    view()->setItemDelegate(new CostDelegate(this));
    ignoreWheelWithoutFocus(this);
    connect(this, &QComboBox::activated, this, [this](int index) {
        const int key = itemData(index).toInt();
        setKey(key);
        emit chosen(key);
    });
    if (!m_choice.parse)
        return;
    setEditable(true);
    setInsertPolicy(QComboBox::NoInsert);
    setCompleter(nullptr);
    lineEdit()->setAccessibleName(m_choice.name);
    lineEdit()->setPlaceholderText(tr("mixed"));
    connect(lineEdit(), &QLineEdit::editingFinished, this, &ChoiceBox::onTyped);
}

int ChoiceBox::indexOf(int key)
{
    int index = findData(key);
    if (index >= 0)
        return index;
    const int own = int(m_choice.entries.size()); // one place at the end for what is not in the list
    if (count() > own)
        removeItem(own);
    addItem(m_choice.text(key), key);
    return own;
}

void ChoiceBox::setKey(std::optional<int> key)
{
    const QSignalBlocker quiet(this);
    m_key = key;
    setCurrentIndex(key ? indexOf(*key) : -1);
    if (isEditable())
        setEditText(key ? m_choice.text(*key) : QString());
}

void ChoiceBox::onTyped()
{
    const QString typed = currentText().trimmed();
    const std::optional<int> key = m_choice.parse(typed);
    if (!key || key == m_key) {
        setKey(m_key); // not one of its values: the one of before comes back
        return;
    }
    setKey(key);
    emit chosen(*key);
}

void ChoiceBox::setLayers(const QVector<LayerFacts> &layers, bool hasCalibration)
{
    auto *items = qobject_cast<QStandardItemModel *>(model());
    for (int row = 0; items && row < int(m_choice.entries.size()); ++row) {
        const Choice::Entry &entry = m_choice.entries[row];
        const auto obstacleOf = [&](const LayerFacts &facts) {
            return entry.obstacle ? facts.*entry.obstacle : QString();
        };
        QString first;
        int blocked = 0;
        for (const LayerFacts &facts : layers) {
            const QString obstacle = obstacleOf(facts);
            first = first.isEmpty() ? obstacle : first;
            blocked += !obstacle.isEmpty();
        }
        QStringList lines{entry.hint};
        if (blocked == 1 && layers.size() == 1)
            lines << tr("Not for this layer: %1.").arg(first);
        else if (blocked > 0)
            lines << tr("Not for %1 of the %2 layers: %3.").arg(blocked).arg(layers.size()).arg(first);
        if (entry.needsCalibration && !hasCalibration)
            lines << tr("Needs calibration data.");
        lines.removeAll(QString());
        items->item(row)->setToolTip(lines.join(QLatin1Char('\n')));
        items->item(row)->setEnabled(blocked == 0 || blocked < int(layers.size()));
    }
}

void ChoiceBox::setIdle(const QString &why)
{
    setEnabled(why.isEmpty());
    setToolTip(why.isEmpty() ? m_choice.hint : why);
}

void ChoiceBox::showPopup()
{
    for (int row = 0; m_cost && row < count(); ++row)
        setItemData(row, m_cost(itemData(row).toInt()), CostDelegate::CostRole);
    view()->setMinimumWidth(view()->sizeHintForColumn(0) + 2 * view()->fontMetrics().averageCharWidth());
    QComboBox::showPopup();
}

} // namespace lathe::ui
