#include "core/exporting/exportedrecipe.h"

#include "core/exporting/metadata.h"

namespace lathe {

Recipe recipeOfExport(const Model &exported)
{
    const auto found = exported.metadata().find(recipeKey);
    if (found == exported.metadata().end())
        throw Error(ErrorCode::InvalidArgument,
                    Message::tr("The model carries no recipe: it was not exported by Lathe. Name the recipe "
                                "it was made by."));
    return recipeFromJson(found->second, "the recipe in the model");
}

} // namespace lathe
