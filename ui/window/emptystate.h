#pragma once
#include <QWidget>

class QLabel;
class QPushButton;

namespace lathe::ui {

/// What the window shows before a model is open: how to begin.
class EmptyState : public QWidget {
    Q_OBJECT
public:
    explicit EmptyState(QWidget *parent = nullptr);
    /// A busy state while the first model is being read.
    void setOpening(bool opening);
    /// What was opened last: a row for each that is still there.
    void setRecent(const QStringList &projects, const QStringList &models);

signals:
    void openRequested();
    void sampleRequested();
    void tourRequested();
    void pathRequested(const QString &path);

private:
    QPushButton *addButton(const QString &name, const QString &iconName, const QString &text,
                           const QString &tip);
    void addRecent(const QString &path, const QString &iconName);

    QWidget *m_buttons;
    QWidget *m_recent;
    QLabel *m_hint;
};

/// Path of the bundled sample model, looked for beside the program: build tree, then install prefix. Empty:
/// not there.
QString samplePath();

} // namespace lathe::ui
