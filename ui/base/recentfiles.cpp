#include "ui/base/recentfiles.h"

#include "ui/base/settings.h"

#include <QAction>
#include <QDir>
#include <QFileInfo>

namespace lathe::ui {

RecentFiles::RecentFiles(const QString &key, QObject *parent) : QObject(parent), m_key(key) {}

QStringList RecentFiles::paths() const
{
    return Settings().list(m_key);
}

void RecentFiles::add(const QString &path)
{
    const QString absolute = QFileInfo(path).absoluteFilePath();
    QStringList list = paths();
    list.removeAll(absolute);
    list.prepend(absolute);
    Settings().setList(m_key, list.mid(0, maximum));
}

void RecentFiles::remove(const QString &path)
{
    QStringList list = paths();
    list.removeAll(QFileInfo(path).absoluteFilePath());
    Settings().setList(m_key, list);
}

void RecentFiles::clear()
{
    Settings().setList(m_key, {});
}

void RecentFiles::attachTo(QMenu *menu)
{
    connect(menu, &QMenu::aboutToShow, this, [this, menu] { fill(menu); });
    fill(menu);
}

void RecentFiles::fill(QMenu *menu)
{
    menu->clear();
    int number = 1;
    for (const QString &path : paths()) {
        const QFileInfo file(path);
        QString name = QStringLiteral("%1    %2").arg(file.fileName(), QDir::toNativeSeparators(file.path()));
        name.replace(QLatin1Char('&'), QLatin1String("&&"));
        QAction *action = menu->addAction(QStringLiteral("&%1  %2").arg(number % 10).arg(name));
        action->setEnabled(file.exists());
        connect(action, &QAction::triggered, this, [this, path] { emit chosen(path); });
        ++number;
    }
    if (number == 1) {
        menu->addAction(tr("Nothing opened yet"))->setEnabled(false);
        return;
    }
    menu->addSeparator();
    connect(menu->addAction(tr("&Clear this list")), &QAction::triggered, this, &RecentFiles::clear);
}

} // namespace lathe::ui
