#pragma once
// Which samples of a data set are learned from, and which say whether what was learned is of use.
#include "core/data/dataset.h"

namespace lathe {

/// Indices of the data set, in rising order.
struct DataSplit {
    std::vector<size_t> learned, judging;
};

/// @param share that judges, of each class alike as far as it goes
/// @param seen samples that something learned from already, in rising order: they judge only where there are
/// too few others
DataSplit splitOf(const Dataset &dataset, double share, uint64_t seed, const std::vector<size_t> &seen = {});

/// The share that judges a recovery where nobody says another one: a tenth, and of few samples up to a fifth,
/// so that there are 48: 25 photos chose by chance (docs/results.md).
double judgingShare(size_t samples);

/// @param count of each class @param spare of these those that nothing has learned from; empty: all
/// @returns how many of each class judge: together the share of all, spread as the classes are
std::vector<size_t> heldOutOfEach(const std::vector<size_t> &count, double share, uint64_t seed,
                                  const std::vector<size_t> &spare = {});

/// The samples of a data set that SampleSet::prepare(.., other, .., limit) takes, too, in rising order; none
/// where the other one is of another folder or split.
std::vector<size_t> samplesOfBoth(const Dataset &dataset, const Dataset &other, size_t limit);

} // namespace lathe
