#include "ui/charts/chartpages.h"

#include "ui/charts/chartpanel.h"
#include "ui/style/theme.h"
#include "ui/widgets/panelparts.h"

#include <QComboBox>
#include <QStackedWidget>
#include <QTabBar>
#include <QVBoxLayout>

namespace lathe::ui {
namespace {

constexpr int toolRoom = 120;     ///< pixels beside the tabs: margins, gaps and what a chart has to choose
constexpr int subjectLetters = 9; ///< of what the chart is of: "26 layers"

} // namespace

ChartPages::ChartPages(const QList<ChartPanel *> &pages, QWidget *parent)
    : QWidget(parent), m_stack(new QStackedWidget(this)), m_shown(pages), m_tabs(new QTabBar(this)),
      m_list(new QComboBox(this))
{
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(false);
    m_tabs->setUsesScrollButtons(false);
    m_tabs->setElideMode(Qt::ElideNone);
    m_tabs->setFont(scaledFont(titleScale, QFont::DemiBold));
    m_list->setFont(m_tabs->font());
    m_list->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    ignoreWheelWithoutFocus(m_list);
    m_list->setAccessibleName(tr("Chart"));
    for (ChartPanel *page : pages) {
        m_stack->addWidget(page);
        m_tabs->addTab(page->title());
        m_list->addItem(page->title());
    }
    for (ChartPanel *page : pages)
        page->setTitleRoom(m_tabs->sizeHint());
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_stack);
    // Over the room that the pages leave for it, so that it takes no line of its own.
    for (QWidget *chooser : {static_cast<QWidget *>(m_tabs), static_cast<QWidget *>(m_list)}) {
        chooser->move(8, 8);
        chooser->resize(chooser->sizeHint());
        chooser->raise();
    }
    m_list->hide();
    fitTabs();
    connect(m_tabs, &QTabBar::currentChanged, this, [this](int page) {
        m_stack->setCurrentWidget(m_shown.value(page));
        m_list->setCurrentIndex(page);
    });
    connect(m_list, &QComboBox::activated, m_tabs, &QTabBar::setCurrentIndex);
}

void ChartPages::fitTabs()
{
    const int subject = subjectLetters * letterWidth(fontMetrics());
    const bool listed = m_tabs->sizeHint().width() + toolRoom + subject > width();
    QWidget *chooser = listed ? static_cast<QWidget *>(m_list) : m_tabs;
    const QSize room = chooser->sizeHint();
    if (!chooser->isHidden() && room == chooser->size())
        return;
    const bool hadFocus = m_tabs->hasFocus() || m_list->hasFocus();
    chooser->resize(room);
    m_tabs->setHidden(listed);
    m_list->setHidden(!listed);
    if (hadFocus)
        chooser->setFocus();
    for (int i = 0; i < m_stack->count(); ++i)
        if (auto *panel = qobject_cast<ChartPanel *>(m_stack->widget(i)))
            panel->setTitleRoom(room);
}

void ChartPages::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    fitTabs();
}

int ChartPages::current() const
{
    return m_tabs->currentIndex();
}

void ChartPages::addStandIn(ChartPanel *panel)
{
    m_stack->addWidget(panel);
    panel->setTitleRoom(m_list->isHidden() ? m_tabs->size() : m_list->size());
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
