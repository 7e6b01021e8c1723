#pragma once
#include <QMenu>
#include <QStringList>

namespace lathe::ui {

/// The files opened last, newest first, kept in the settings; and their menu.
class RecentFiles : public QObject {
    Q_OBJECT
public:
    /// @param key where the list is kept: "recent/models", "recent/recipes".
    explicit RecentFiles(const QString &key, QObject *parent = nullptr);

    QStringList paths() const;
    void add(const QString &path);
    void remove(const QString &path);
    void clear();
    /// Fills the menu each time it is about to show.
    void attachTo(QMenu *menu);

    static constexpr int maximum = 10;

signals:
    void chosen(const QString &path);

private:
    void fill(QMenu *menu);

    QString m_key;
};

} // namespace lathe::ui
