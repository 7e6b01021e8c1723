#pragma once
#include "core/base/outputs.h"

#include <string>
#include <vector>

namespace lathe {

/// The files that a data set is made of, as far as an output could be one of them: dataset.json, all that
/// this names, and images in the folder that are among `outputs`. Opens no data, and takes any reference:
/// what is no data set has no files.
/// @param reference as Dataset::open()
std::vector<NamedFile> filesOfDataSet(const std::string &reference, const std::vector<NamedFile> &outputs);

} // namespace lathe
