#include "ui/chartpanel.h"

namespace lathe::ui {

ChartPanel::ChartPanel(QWidget *parent) : QWidget(parent) {}

} // namespace lathe::ui
