#pragma once
#include <QHash>
#include <QJsonObject>
#include <QMainWindow>
#include <optional>

class QDockWidget;

namespace lathe::ui {

/// What the window is arranged for.
enum class Perspective { Inspect, Tune, Compare };
inline constexpr int perspectiveCount = 3;
QString perspectiveName(Perspective perspective);

/// Holds the panels, which can be moved, tabbed, floated and hidden. Each perspective has an arrangement of
/// its own that is remembered between runs. Until a person moves a panel of it, it follows the size of the
/// area: where there is little room panels share it in tabs.
class DockArea : public QMainWindow {
    Q_OBJECT
public:
    enum Panel {
        Layers,
        Weights,
        Spectrum,
        Settings,
        Variants,
        Jobs,
        Graph,
        Tradeoff,
        History,
        Comparison,
        Recover,
        PanelCount
    };

    explicit DockArea(QWidget *parent = nullptr);

    /// All of them before the first perspective is set.
    void addPanel(Panel panel, const QString &title, QWidget *widget);
    QDockWidget *dock(Panel panel) const { return m_docks.value(panel); }
    void bringForward(Panel panel); ///< shown, and before what shares its place
    /// Shows and hides the panels; for a menu.
    QList<QAction *> panelActions() const;

    Perspective perspective() const { return m_perspective; }
    /// The arrangement of before is kept for when its perspective comes back.
    void setPerspective(Perspective perspective);
    /// The first arrangement of this perspective, with every size by the room there is.
    void reset();

    /// All arrangements, as a text that restore() takes; also by another version of the program, or from a
    /// window of another size.
    QByteArray save();
    /// @returns false, and changes nothing, when the text is no such thing.
    bool restore(const QByteArray &text);

signals:
    void perspectiveChanged(lathe::ui::Perspective perspective);

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    /// What an arrangement goes by.
    struct Shape {
        bool narrow = false, low = false;
        bool operator==(const Shape &) const = default;
    };
    /// Of one perspective, as it was left.
    struct Arrangement {
        QByteArray state; ///< of QMainWindow
        QSize area;
        QHash<QString, QSize> panels = {}; ///< those in sight, by name; sizes in `area`
        std::optional<Shape> shape = {};   ///< empty: a person moved panels
    };
    Arrangement arrangement() const;
    static QJsonObject toJson(const Arrangement &arrangement);
    static Arrangement fromJson(const QJsonValue &value);
    bool arrange(const Arrangement &arrangement);
    void fitPanels(const Arrangement &arrangement);

    void giveSparePlace(Panel panel);
    void showPanels(std::initializer_list<Panel> panels);
    /// In a tab of its own where that one stands, or in a half of its room.
    void place(Panel panel, Panel beside, Qt::Orientation direction, bool asTab);
    void arrangeInspect();
    void arrangeTune();
    void arrangeCompare();
    void applyPerspective();
    Shape shapeOf(QSize area) const; ///< in the perspective of now
    void followShape();

    QHash<Panel, QDockWidget *> m_docks;
    QHash<Perspective, Arrangement> m_arrangements;
    Perspective m_perspective = Perspective::Tune;
    std::optional<Shape> m_shape; ///< that the panels are arranged for; empty: by a person
    bool m_arranged = false;
    bool m_arranging = false;
};

} // namespace lathe::ui
