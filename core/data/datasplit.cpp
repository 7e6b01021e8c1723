#include "core/data/datasplit.h"

#include "core/base/chance.h"
#include "core/data/order.h"
#include "core/data/samples.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

namespace lathe {
namespace {

/// Indices of the samples by class; all in one without labels.
std::vector<std::vector<size_t>> byClass(const Dataset &dataset)
{
    std::vector<std::vector<size_t>> classes(1);
    for (size_t i = 0; i < dataset.size(); ++i) {
        const auto label = static_cast<size_t>(std::max(0, dataset.hasLabels() ? dataset.label(i) : 0));
        if (label >= classes.size())
            classes.resize(label + 1);
        classes[label].push_back(i);
    }
    return classes;
}

} // namespace

DataSplit splitOf(const Dataset &dataset, double share, uint64_t seed, const std::vector<size_t> &seen)
{
    const auto isSpare = [&seen](size_t sample) { return !std::ranges::binary_search(seen, sample); };
    const std::vector<std::vector<size_t>> classes = byClass(dataset);
    std::vector<size_t> counts, spare;
    for (const auto &members : classes) {
        counts.push_back(members.size());
        spare.push_back(static_cast<size_t>(std::ranges::count_if(members, isSpare)));
    }
    const std::vector<size_t> out = heldOutOfEach(counts, share, seed, spare);
    DataSplit split;
    for (size_t c = 0; c < classes.size(); ++c) {
        std::vector<size_t> members;
        for (const size_t place : shuffledOrder(classes[c].size(), Chance::mixed(seed, c)))
            members.push_back(classes[c][place]);
        std::ranges::stable_partition(members, isSpare);
        const auto judging = members.begin() + static_cast<std::ptrdiff_t>(out[c]);
        split.judging.insert(split.judging.end(), members.begin(), judging);
        split.learned.insert(split.learned.end(), judging, members.end());
    }
    std::ranges::sort(split.learned);
    std::ranges::sort(split.judging);
    return split;
}

double judgingShare(size_t samples)
{
    constexpr double fewest = 48, least = 0.1, most = 0.2;
    return samples > 0 ? std::clamp(fewest / static_cast<double>(samples), least, most) : least;
}

std::vector<size_t> heldOutOfEach(const std::vector<size_t> &count, double share, uint64_t seed,
                                  const std::vector<size_t> &spare)
{
    const size_t all = std::accumulate(count.begin(), count.end(), size_t(0));
    const auto wanted = static_cast<size_t>(std::lround(share * static_cast<double>(all)));
    const std::vector<size_t> &unseen = spare.empty() ? count : spare;
    std::vector<size_t> out(count.size());
    std::vector<double> rest(count.size());
    for (size_t c = 0; c < count.size(); ++c) {
        const double exact = share * static_cast<double>(count[c]);
        out[c] = std::min(static_cast<size_t>(exact), unseen[c]);
        rest[c] = exact - static_cast<double>(out[c]);
    }
    // Where the classes are too small to be divided, chance says which of them give one.
    std::vector<size_t> order = shuffledOrder(count.size(), Chance::mixed(seed, count.size()));
    std::ranges::stable_sort(order, [&](size_t a, size_t b) { return rest[a] > rest[b]; });
    size_t given = std::accumulate(out.begin(), out.end(), size_t(0));
    for (const std::vector<size_t> *most : {&unseen, &count})
        for (bool more = true; more && given < wanted;) {
            more = false;
            for (const size_t c : order)
                if (given < wanted && out[c] < (*most)[c]) {
                    ++out[c];
                    ++given;
                    more = true;
                }
        }
    return out;
}

std::vector<size_t> samplesOfBoth(const Dataset &dataset, const Dataset &other, size_t limit)
{
    if (Dataset::withoutHalf(dataset.reference()) != Dataset::withoutHalf(other.reference()))
        return {};
    std::set<std::string> taken;
    for (const size_t index : chosenSamples(other.size(), limit))
        taken.insert(other.sampleName(index));
    std::vector<size_t> both;
    for (size_t i = 0; i < dataset.size(); ++i)
        if (taken.contains(dataset.sampleName(i)))
            both.push_back(i);
    return both;
}

} // namespace lathe
