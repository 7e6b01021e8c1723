#pragma once
#include <QObject>
#include <QVector>

#include <functional>
#include <optional>

class QEvent;
class QKeyEvent;
class QMouseEvent;
class QPainter;
class QRectF;

namespace lathe::ui {

class PlotView;

/// A line across a chart that sets a value: dragged with the pointer, or moved by keys.
class LineHandle : public QObject {
    Q_OBJECT
public:
    /// Where the value can stand.
    struct Scale {
        double lowest = 0.0, highest = 0.0; ///< not above the lowest: there is nothing to move
        double rest = 0.0;                  ///< where the line waits, hollow, while there is no value
        double step = 1.0;                  ///< of the arrow keys and the pointer
        double fine = 1.0;                  ///< the same with Shift
        double page = 10.0;                 ///< of the page keys
        bool operator==(const Scale &) const = default;
    };
    /// The line in pixels of the view.
    struct Places {
        QVector<double> xs; ///< one, or more that move together
        std::function<double(double x)> valueAt;
    };

    explicit LineHandle(PlotView *view);

    void setScale(const Scale &scale) { m_scale = scale; }
    /// Empty: the line waits. Left alone while the user drags.
    void setValue(std::optional<double> value);
    std::optional<double> value() const { return m_value; }
    double shown() const; ///< the value, or where it waits
    bool canMove() const { return !m_locked && m_scale.highest > m_scale.lowest; }
    void setLocked(bool on) { m_locked = on; } ///< it only shows where the value stands
    bool isDragging() const { return m_dragging; }
    void drop() { m_dragging = false; } ///< ends a drag without a word
    bool isOver(double x, const QVector<double> &xs) const;

    /// @returns whether the event was used.
    bool handle(QEvent *event, const Places &places);
    void paint(QPainter &painter, const QRectF &area, const QVector<double> &xs) const;
    double radius() const; ///< of the knob on the line

signals:
    void changed();              ///< by the user: where the line is shown
    void dragged(double value);  ///< while it is held
    void released(double value); ///< where it was let go, or moved to by a key

private:
    bool onMouse(QMouseEvent *event, const Places &places);
    bool onKey(QKeyEvent *event);
    bool moveTo(double value); ///< @returns whether that is another one

    PlotView *m_view;
    Scale m_scale;
    std::optional<double> m_value;
    bool m_locked = false;
    bool m_dragging = false;
    bool m_moved = false;
    double m_grab = 0.0; ///< from the line to the pointer
};

} // namespace lathe::ui
