#include "ui/window/screenshots.h"

#include "ui/window/mainwindow.h"

#include <QTimer>

namespace lathe::ui {
namespace {

struct Shot {
    const char *name;
    QSize size;
    Scheme scheme;
};
const Shot shots[] = {
    {"workbench-light", {1440, 900}, Scheme::Light},
    {"workbench-dark", {1440, 900}, Scheme::Dark},
    {"workbench-light-1280x800", {1280, 800}, Scheme::Light},
    {"workbench-dark-1280x800", {1280, 800}, Scheme::Dark},
};

} // namespace

Screenshots::Screenshots(MainWindow &window, const QDir &folder)
    : QObject(&window), m_window(window), m_folder(folder)
{
    // Queued: the views take in the last figures first. Once: grabbing settles nothing anew.
    connect(
        &window.workbench(), &Workbench::settled, this, [this] { arrange(0); },
        static_cast<Qt::ConnectionType>(Qt::QueuedConnection | Qt::SingleShotConnection));
}

void Screenshots::arrange(int shot)
{
    m_window.setScheme(shots[shot].scheme);
    m_window.resize(shots[shot].size);
    QTimer::singleShot(0, this, [this, shot] { grab(shot); }); // after the layouts had their turn
}

void Screenshots::grab(int shot)
{
    const QString path = m_folder.filePath(QString::fromLatin1(shots[shot].name) + QStringLiteral(".png"));
    if (!m_window.grab().save(path)) {
        emit finished({});
        return;
    }
    m_files << path;
    if (shot + 1 < static_cast<int>(std::size(shots)))
        arrange(shot + 1);
    else
        emit finished(m_files);
}

} // namespace lathe::ui
