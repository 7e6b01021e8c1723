#pragma once
#include <QWidget>

class QDockWidget;
class QToolButton;

namespace lathe::ui {

/// The strip above a dockable panel: dragging it moves the panel, a double click floats it. The panel says
/// its own title, so this one only shows a grip, its buttons while the pointer is over it, and a line while
/// the focus is in the panel.
class PanelGrip : public QWidget {
    Q_OBJECT
public:
    explicit PanelGrip(QDockWidget *dock);

    bool isActive() const; ///< the focus is in the panel
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent *event) override;
    void enterEvent(QEnterEvent *event) override;
    void leaveEvent(QEvent *event) override;

private:
    QToolButton *addButton(const QString &iconName, const QString &tip);
    void setButtonsShown(bool shown);

    QDockWidget *m_dock;
    QList<QToolButton *> m_buttons;
};

} // namespace lathe::ui
