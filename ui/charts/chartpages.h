#pragma once
#include <QWidget>

class QComboBox;
class QStackedWidget;
class QTabBar;

namespace lathe::ui {

class ChartPanel;

/// Charts behind each other in one place; their titles are the tabs, or a list where these and what the chart
/// is of do not both find room.
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
    QComboBox *list() const { return m_list; }

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void fitTabs();
    QStackedWidget *m_stack;
    QList<ChartPanel *> m_shown; ///< by page
    QTabBar *m_tabs;
    QComboBox *m_list; ///< in the place of the tabs
};

} // namespace lathe::ui
