#include "ui/inspector.h"

namespace lathe::ui {

Inspector::Inspector(QWidget *parent) : QWidget(parent) {}
void Inspector::setSelection(const QVector<Facts> &facts, const QVector<LayerSettings> &settings)
{
    m_facts = facts;
    m_settings = settings;
}
void Inspector::updateFacts(const QVector<Facts> &facts)
{
    m_facts = facts;
}

} // namespace lathe::ui
