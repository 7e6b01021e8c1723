#pragma once
#include <QDir>
#include <QObject>

namespace lathe::ui {

class MainWindow;

/// Pictures of the window for documents and for looking at it where there is no display: waits until
/// everything is measured, then grabs it in light and dark at two sizes.
class Screenshots : public QObject {
    Q_OBJECT
public:
    /// @param folder exists. Files: workbench-light.png, workbench-dark.png (1440 x 900) and the same with
    /// -1280x800.
    Screenshots(MainWindow &window, const QDir &folder);

signals:
    void finished(const QStringList &files); ///< empty: a file could not be written

private:
    void arrange(int shot);
    void grab(int shot);

    MainWindow &m_window;
    QDir m_folder;
    QStringList m_files;
};

} // namespace lathe::ui
