// The text of one --set.
#include "core/recipe/recipe.h"
#include "tests/fuzz/readers.h"

using namespace lathe;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz::readOrRefuse([&] {
        Recipe recipe;
        recipe.rules.push_back(parseRule(fuzz::textOf(data, size)));
        fuzz::require(recipeFromJson(toJson(recipe)) == recipe, "a rule is written as it was read");
        toCommandLine(recipe);
        recipe.resolve({"conv1", "block/fc[0]", ""});
    });
    return 0;
}
