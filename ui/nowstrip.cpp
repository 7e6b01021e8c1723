#include "ui/nowstrip.h"

namespace lathe::ui {

NowStrip::NowStrip(QWidget *parent) : QWidget(parent) {}
void NowStrip::setBaseline(const Figures &figures)
{
    m_baseline = figures;
}
void NowStrip::setCurrent(const Figures &figures)
{
    m_current = figures;
}

} // namespace lathe::ui
