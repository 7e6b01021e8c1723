#include "core/project/modelchange.h"

#include "core/model/model.h"

#include <algorithm>
#include <unordered_map>

namespace lathe {
namespace {

std::vector<std::string> namesOf(const Model &model)
{
    std::vector<std::string> names;
    for (const Layer &layer : model.layers())
        names.push_back(layer.name);
    return names;
}

std::vector<std::string> unmatchedIn(const Project &project, const std::vector<std::string> &names)
{
    std::vector<std::string> patterns = project.recipe.unmatchedPatterns(names);
    for (const ProjectVariant &variant : project.variants)
        for (std::string &pattern : variant.recipe.unmatchedPatterns(names))
            patterns.push_back(std::move(pattern));
    std::ranges::sort(patterns);
    const auto twice = std::ranges::unique(patterns);
    patterns.erase(twice.begin(), twice.end());
    return patterns;
}

bool fitRules(Recipe &recipe, const std::vector<std::string> &names)
{
    const std::vector<std::string> unmatched = recipe.unmatchedPatterns(names);
    return std::erase_if(recipe.rules, [&](const Rule &rule) {
               return std::ranges::find(unmatched, rule.pattern) != unmatched.end();
           }) > 0;
}

} // namespace

std::vector<ProjectLayer> projectLayers(const Model &model)
{
    std::vector<ProjectLayer> layers;
    for (const Layer &layer : model.layers())
        layers.push_back({layer.name, layer.op, layer.rows, layer.cols});
    return layers;
}

ModelChange modelChange(const Project &project, const Model &other, const std::string &sha256)
{
    ModelChange change;
    change.sameFile = !sha256.empty() && project.model.sha256 == sha256;
    change.knowsLayers = !project.layers.empty();
    change.unmatched = unmatchedIn(project, namesOf(other));
    const std::vector<ProjectLayer> now = projectLayers(other);
    std::unordered_map<std::string, const ProjectLayer *> byName;
    for (const ProjectLayer &layer : now)
        byName[layer.name] = &layer;
    size_t found = 0;
    for (const ProjectLayer &layer : project.layers) {
        const auto match = byName.find(layer.name);
        if (match == byName.end())
            change.missing.push_back(layer.name);
        else if (++found; !(*match->second == layer))
            change.otherShape.push_back(layer.name);
    }
    if (change.knowsLayers)
        change.added = static_cast<int64_t>(now.size() - found);
    return change;
}

bool fitRulesTo(Project &project, const std::vector<std::string> &layerNames)
{
    bool left = fitRules(project.recipe, layerNames);
    for (ProjectVariant &variant : project.variants)
        left = fitRules(variant.recipe, layerNames) || left;
    return left;
}

} // namespace lathe
