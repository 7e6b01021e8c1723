#include "ui/recipe/presetmenu.h"

#include "ui/base/settings.h"
#include "ui/session/presetstore.h"
#include "ui/style/theme.h"

#include <QActionGroup>
#include <QKeyEvent>
#include <QMouseEvent>

namespace lathe::ui {
namespace {

const QString modeKey = QStringLiteral("presets/mode");
const QString layersKey = QStringLiteral("presets/layers");
const QString addWord = QStringLiteral("add");
const QString selectedWord = QStringLiteral("selected");

QString plain(const QString &name)
{
    return QString(name).replace(QLatin1Char('&'), QLatin1String("&&"));
}

} // namespace

PresetMenu::PresetMenu(const QString &title, QWidget *parent) : QMenu(title, parent)
{
    setIcon(lathe::ui::icon(QStringLiteral("settings")));
    setToolTipsVisible(true);
    const Settings settings;
    auto *modes = new QActionGroup(this), *layers = new QActionGroup(this);
    const bool adds = settings.text(modeKey) == addWord;
    const bool selected = settings.text(layersKey) == selectedWord;
    m_replace = addChoice(modes, tr("&Replace what is set"), tr("The preset alone decides"), !adds);
    m_add = addChoice(modes, tr("A&dd to what is set"), tr("Methods that the preset does not speak of stay"),
                      adds);
    addSeparator();
    m_all =
        addChoice(layers, tr("For &all layers"), tr("Layers that are kept as they are stay so"), !selected);
    m_selected = addChoice(layers, {}, tr("Select them in the table or the graph"), selected);
    addSeparator();
    int number = 1;
    for (const Preset &preset : presets()) {
        QAction *action = addPreset(preset, QStringLiteral("&%1  %2").arg(number).arg(preset.name), nullptr);
        action->setShortcut(QKeySequence(QStringLiteral("Ctrl+%1").arg(number)));
        m_builtIn << action;
        ++number;
    }
    addSeparator();
    m_unreadable = addAction(lathe::ui::icon(QStringLiteral("warning")), {});
    m_unreadable->setStatusTip(tr("See what is wrong with them"));
    addSeparator();
    m_save = addAction(tr("&Save as preset…"));
    m_save->setStatusTip(tr("Keep the recipe, or the settings of a layer, as a preset of your own"));
    m_manage = addAction(tr("&Manage presets…"));
    m_manage->setStatusTip(tr("Rename or delete presets of your own"));
    for (QAction *action : {m_save, m_manage})
        action->setToolTip(action->statusTip());
    connect(this, &QMenu::aboutToShow, this, &PresetMenu::readOwn);
    refresh();
}

QAction *PresetMenu::addChoice(QActionGroup *group, const QString &text, const QString &tip, bool checked)
{
    QAction *action = group->addAction(addAction(text));
    action->setCheckable(true);
    action->setChecked(checked);
    action->setStatusTip(tip);
    action->setToolTip(tip);
    connect(action, &QAction::triggered, this, [this] {
        remember();
        refresh();
    });
    return action;
}

QAction *PresetMenu::addPreset(const Preset &preset, const QString &text, QAction *before)
{
    auto *action = new QAction(text, this);
    insertAction(before, action);
    action->setStatusTip(preset.hint);
    action->setToolTip(preset.hint);
    connect(action, &QAction::triggered, this, [this, preset] { emit chosen(preset, use()); });
    return action;
}

PresetUse PresetMenu::use() const
{
    return {m_add->isChecked() ? PresetMode::Add : PresetMode::Replace, m_selected->isChecked()};
}

void PresetMenu::remember() const
{
    Settings().setText(modeKey, m_add->isChecked() ? addWord : QString());
    Settings().setText(layersKey, m_selected->isChecked() ? selectedWord : QString());
}

void PresetMenu::setSelectedCount(int layers)
{
    m_count = layers;
    refresh();
}

void PresetMenu::setModelOpen(bool open)
{
    m_open = open;
    refresh();
}

void PresetMenu::refresh()
{
    m_selected->setText(m_count == 1 ? tr("For the s&elected layer")
                                     : tr("For the s&elected layers (%1)").arg(m_count));
    const bool possible = m_open && (m_count > 0 || !m_selected->isChecked());
    for (QAction *action : m_builtIn + m_own)
        action->setEnabled(possible);
    m_save->setEnabled(m_open);
}

void PresetMenu::readOwn()
{
    qDeleteAll(m_own);
    m_own.clear();
    const PresetStore::Listed listed = PresetStore::list();
    for (const Preset &preset : listed.presets)
        m_own << addPreset(preset, plain(preset.name), m_unreadable);
    const qsizetype unreadable = listed.unreadable.size();
    m_unreadable->setText(tr("Presets that cannot be read (%1)…").arg(unreadable));
    m_unreadable->setVisible(unreadable > 0);
    QStringList why;
    for (const PresetStore::Unreadable &file : listed.unreadable)
        why << file.why;
    m_unreadable->setToolTip(why.join(QLatin1Char('\n')));
    m_manage->setEnabled(!m_own.isEmpty() || unreadable > 0);
    refresh();
}

bool PresetMenu::staysOpen() const
{
    return activeAction() && activeAction()->isCheckable() && activeAction()->isEnabled();
}

void PresetMenu::mouseReleaseEvent(QMouseEvent *event)
{
    if (staysOpen() && actionAt(event->pos()) == activeAction())
        activeAction()->trigger();
    else
        QMenu::mouseReleaseEvent(event);
}

void PresetMenu::keyPressEvent(QKeyEvent *event)
{
    const bool accepts =
        event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter || event->key() == Qt::Key_Space;
    if (accepts && staysOpen())
        activeAction()->trigger();
    else
        QMenu::keyPressEvent(event);
}

} // namespace lathe::ui
