#include "ui/charts/chartpages.h"

#include "ui/charts/chartpanel.h"
#include "ui/style/theme.h"

#include <QStackedWidget>
#include <QTabBar>
#include <QVBoxLayout>

namespace lathe::ui {

ChartPages::ChartPages(const QList<ChartPanel *> &pages, QWidget *parent)
    : QWidget(parent), m_stack(new QStackedWidget(this)), m_shown(pages), m_tabs(new QTabBar(this))
{
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(false);
    m_tabs->setUsesScrollButtons(false);
    m_tabs->setFont(scaledFont(titleScale, QFont::DemiBold));
    for (ChartPanel *page : pages) {
        m_stack->addWidget(page);
        m_tabs->addTab(page->title());
    }
    for (ChartPanel *page : pages)
        page->setTitleRoom(m_tabs->sizeHint());
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_stack);
    // Over the room that the pages leave for it, so that it takes no line of its own.
    m_tabs->move(8, 8);
    m_tabs->resize(m_tabs->sizeHint());
    m_tabs->raise();
    connect(m_tabs, &QTabBar::currentChanged, this,
            [this](int page) { m_stack->setCurrentWidget(m_shown.value(page)); });
}

int ChartPages::current() const
{
    return m_tabs->currentIndex();
}

void ChartPages::addStandIn(ChartPanel *panel)
{
    m_stack->addWidget(panel);
    panel->setTitleRoom(m_tabs->sizeHint());
}

void ChartPages::showInstead(int page, ChartPanel *panel)
{
    if (m_shown[page] == panel)
        return;
    m_shown[page] = panel;
    if (page == current())
        m_stack->setCurrentWidget(panel);
}

void ChartPages::setCurrent(int page)
{
    m_tabs->setCurrentIndex(page);
}

} // namespace lathe::ui
