// A recipe's JSON.
#include "core/recipe/recipe.h"
#include "tests/fuzz/readers.h"

using namespace lathe;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz::readOrRefuse([&] {
        const Recipe recipe = recipeFromJson(fuzz::textOf(data, size));
        fuzz::require(recipeFromJson(toJson(recipe)) == recipe, "a recipe is written as it was read");
        toCommandLine(recipe);
        recipe.resolve({"conv1", "block/fc[0]", ""});
    });
    fuzz::readOrRefuse([&] { rulesFromJson(fuzz::textOf(data, size), "rules"); });
    return 0;
}
