#pragma once
#include <QWidget>

class QStackedWidget;
class QTabBar;

namespace lathe::ui {

class ChartPanel;

/// Charts behind each other in one place; their titles are the tabs.
class ChartPages : public QWidget {
    Q_OBJECT
public:
    explicit ChartPages(const QList<ChartPanel *> &pages, QWidget *parent = nullptr);

    int current() const;
    void setCurrent(int page);
    /// A panel that can take the place of a page.
    void addStandIn(ChartPanel *panel);
    /// It, or the page's own one, under the page's tab.
    void showInstead(int page, ChartPanel *panel);
    QTabBar *tabs() const { return m_tabs; }

private:
    QStackedWidget *m_stack;
    QList<ChartPanel *> m_shown; ///< by page
    QTabBar *m_tabs;
};

} // namespace lathe::ui
