#include "core/data/samplechoice.h"

#include <algorithm>

namespace lathe {

SampleSet spread(const SampleSet &samples, size_t count)
{
    count = std::min(count, samples.size());
    std::vector<size_t> places(count);
    for (size_t i = 0; i < count; ++i)
        places[i] = i * samples.size() / count;
    return samples.subset(places);
}

} // namespace lathe
