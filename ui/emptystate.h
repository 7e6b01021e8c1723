#pragma once
#include <QWidget>

class QLabel;

namespace lathe::ui {

/// What the window shows before a model is open: how to begin.
class EmptyState : public QWidget {
    Q_OBJECT
public:
    explicit EmptyState(QWidget *parent = nullptr);
    /// A busy state while the first model is being read.
    void setOpening(bool opening);

signals:
    void openRequested();
    void sampleRequested();

private:
    QWidget *m_buttons;
    QLabel *m_hint;
};

/// Path of the bundled sample model, looked for beside the program: build tree, then install prefix. Empty:
/// not there.
QString samplePath();

} // namespace lathe::ui
