#pragma once
// In what a model differs from the one that a project was made with.
#include "core/project/project.h"

namespace lathe {

class Model;

/// What a project remembers of its model's layers.
std::vector<ProjectLayer> projectLayers(const Model &model);

struct ModelChange {
    bool sameFile = false;               ///< by its hash
    bool knowsLayers = false;            ///< the project remembers them; else only its rules could be tried
    std::vector<std::string> missing;    ///< layers that the other model does not have
    std::vector<std::string> otherShape; ///< or has with another weight matrix or kind
    int64_t added = 0;                   ///< layers that only the other one has
    std::vector<std::string> unmatched; ///< patterns of the recipe and the variants that match no layer there

    /// It can stand for the project's model with nothing said.
    bool isTheModel() const { return sameFile; }
    bool hasSameLayers() const { return knowsLayers && missing.empty() && otherShape.empty() && added == 0; }
};
/// @param sha256 of the other model's file
ModelChange modelChange(const Project &project, const Model &other, const std::string &sha256);

/// The project for a model with these layers: rules that match none of them are left out of its recipe and of
/// its variants' ones. @returns whether there were some
bool fitRulesTo(Project &project, const std::vector<std::string> &layerNames);

} // namespace lathe
