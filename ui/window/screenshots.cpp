#include "ui/window/screenshots.h"

#include "ui/window/mainwindow.h"

#include <iterator>

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

Screenshots::Screenshots(MainWindow &window, const QDir &folder, std::chrono::milliseconds patience)
    : QObject(&window), m_window(window), m_folder(folder), m_patience(patience), m_rest(window.workbench())
{
    connect(&m_rest, &WindowRest::over, this, [this](bool atRest) {
        m_complete = m_complete && atRest;
        m_arranged ? grab() : arrange();
    });
    m_rest.wait(patience);
}

void Screenshots::arrange()
{
    const Shot &shot = shots[m_files.size()];
    m_window.setScheme(shot.scheme);
    m_window.resize(shot.size);
    m_arranged = true;
    m_rest.wait(m_complete ? m_patience : std::chrono::milliseconds(0)); // it was long enough once
}

void Screenshots::grab()
{
    const QString name = QString::fromLatin1(shots[m_files.size()].name);
    if (!saveWindow(m_window, m_folder, name)) {
        emit finished({});
        return;
    }
    m_files << m_folder.filePath(name + QStringLiteral(".png"));
    if (m_files.size() < std::ssize(shots))
        arrange();
    else
        emit finished(m_files);
}

bool saveWindow(QWidget &window, const QDir &folder, const QString &name)
{
    return window.grab().save(folder.filePath(name + QStringLiteral(".png")));
}

} // namespace lathe::ui
