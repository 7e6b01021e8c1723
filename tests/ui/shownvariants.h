#pragma once
#include "tests/ui/variants.h"
#include "ui/variants/variantspanel.h"

#include <memory>

namespace lathe::test {

/// A baseline and three of it in the model, and the panel that lists them, shown.
inline std::unique_ptr<ui::VariantsPanel> showVariants(ui::VariantModel &model)
{
    auto panel = std::make_unique<ui::VariantsPanel>();
    panel->setModel(&model);
    model.setVariants({variant("baseline", 14'000'000), variant("8 bits", 3'600'000),
                       variant("4 bits", 1'900'000), variant("16 bits", 7'000'000)});
    panel->resize(1000, 240);
    panel->show();
    return panel;
}

} // namespace lathe::test
