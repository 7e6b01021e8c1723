#pragma once
#include "ui/window/windowrest.h"

#include <QDir>

namespace lathe::ui {

class MainWindow;

/// Pictures of the window for documents and for looking at it where there is no display: waits until
/// everything is measured, then grabs it in light and dark at two sizes, each when its views have settled.
class Screenshots : public QObject {
    Q_OBJECT
public:
    /// @param folder exists. Files: workbench-light.png, workbench-dark.png (1440 x 900) and the same with
    /// -1280x800.
    /// @param patience with what is still measured, before the pictures are taken all the same
    Screenshots(MainWindow &window, const QDir &folder,
                std::chrono::milliseconds patience = std::chrono::minutes(5));

    bool isComplete() const { return m_complete; } ///< nothing was missing in any of them

signals:
    void finished(const QStringList &files); ///< empty: a file could not be written

private:
    void arrange();
    void grab();

    MainWindow &m_window;
    QDir m_folder;
    std::chrono::milliseconds m_patience;
    QStringList m_files;
    bool m_complete = true, m_arranged = false;
    WindowRest m_rest;
};

/// @returns whether it was written
bool saveWindow(QWidget &window, const QDir &folder, const QString &name);

} // namespace lathe::ui
