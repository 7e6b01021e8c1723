#include "ui/variantspanel.h"

#include "ui/variantmodel.h"

namespace lathe::ui {

VariantsPanel::VariantsPanel(QWidget *parent) : QWidget(parent) {}
void VariantsPanel::setModel(VariantModel *model)
{
    m_model = model;
}
QVector<int> VariantsPanel::selectedVariants() const
{
    return {};
}

} // namespace lathe::ui
