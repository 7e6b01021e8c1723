#pragma once
// Choosing one of several charts, as a user would.
#include "ui/charts/chartpages.h"

#include <QComboBox>
#include <QTabBar>
#include <QTest>

namespace lathe::test {

/// By the mouse on its tab, or by keys where the tabs are a list.
inline void choosePage(ui::ChartPages &pages, int page)
{
    if (pages.tabs()->isVisible())
        QTest::mouseClick(pages.tabs(), Qt::LeftButton, {}, pages.tabs()->tabRect(page).center());
    while (pages.list()->isVisible() && pages.current() != page)
        QTest::keyClick(pages.list(), pages.current() < page ? Qt::Key_Down : Qt::Key_Up);
}

} // namespace lathe::test
