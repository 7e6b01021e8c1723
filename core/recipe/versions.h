#pragma once
// What recipe files of older versions mean. Inner part of core/recipe.
#include "core/recipe/recipe.h"

namespace lathe::recipe {

/// Rules as they stand in a file of a version.
///   1  bias_correction is true or false, and false where nothing is said
///   2  bias_correction is auto, data, constants or off, and auto where nothing is said
///   3  layers can be kept
///   4  channels and blocks can be removed
struct VersionedRules {
    int version = Recipe::schemaVersion;
    std::vector<Rule> rules;
};

/// Rules of the newest version that mean the same: what an older version does by default is said.
/// @param rules canonical
std::vector<Rule> fromVersion(int version, std::vector<Rule> rules);
/// The lowest version whose reader makes exactly these rules.
/// @param rules of the newest version
VersionedRules inLowestVersion(const std::vector<Rule> &rules);

/// The rules with a bias correction said wherever they leave it open.
std::vector<Rule> withBiasDefault(const std::vector<Rule> &rules, const std::string &value);

} // namespace lathe::recipe
