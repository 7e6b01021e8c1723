#include "ui/variants/variantmodel.h"

#include <QFileInfo>

namespace lathe::ui {

QString VariantFile::name() const
{
    return QFileInfo(path).fileName();
}

QString VariantFile::stateText() const
{
    switch (state) {
    case Gone:
        return VariantModel::tr("the file is gone");
    case Changed:
        return VariantModel::tr("the file is another one by now");
    case Unchecked:
    case Here:
        break;
    }
    return {};
}

QString VariantFile::matchingText() const
{
    if (byName + byShape == 0)
        return VariantModel::tr("no layer of the open model was found in it");
    if (byShape == 0)
        return VariantModel::tr("layers found by name: %1").arg(byName);
    if (byName == 0)
        return VariantModel::tr("layers found by shape: %1").arg(byShape);
    return VariantModel::tr("layers found by name: %1, by shape: %2").arg(byName).arg(byShape);
}

} // namespace lathe::ui
