// Other views of images that are tensors already: SampleSet::withViews().
#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/data/samples.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace lathe {
namespace {

constexpr double leastArea = 0.64;
constexpr double leastOwn = 0.5; ///< weight of a sample in what it becomes with another one

uint64_t mixed(uint64_t x) // splitmix64, the same on every machine
{
    x += 0x9e3779b97f4a7c15U;
    x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
    x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
    return x ^ (x >> 31U);
}

double shareOf(uint64_t x)
{
    return static_cast<double>(mixed(x) >> 11U) / static_cast<double>(uint64_t(1) << 53U);
}

/// How one sample is seen, alike in all its inputs.
struct View {
    bool mirrored = false;
    double side = 1.0, left = 0.0, top = 0.0; ///< shares: of the sides, and of what is left over beside
};

View viewOf(uint64_t seed)
{
    const double area = leastArea + (1.0 - leastArea) * shareOf(seed);
    return {(mixed(seed ^ 1U) & 1U) != 0, std::sqrt(area), shareOf(seed ^ 2U), shareOf(seed ^ 3U)};
}

/// Where the channels of an image are in a tensor [samples, ...].
enum class Layout { None, ChannelsFirst, ChannelsLast };

Layout layoutOf(const Tensor &tensor)
{
    const auto isColour = [](int64_t channels) { return channels == 1 || channels == 3; };
    if (tensor.shape.size() != 4 || !isFloat(tensor.type) || elementCount(tensor.shape) == 0)
        return Layout::None;
    return isColour(tensor.shape[1])   ? Layout::ChannelsFirst
           : isColour(tensor.shape[3]) ? Layout::ChannelsLast
                                       : Layout::None;
}

/// One plane of `type` into another of the same size.
void show(const cv::Mat &from, const View &view, cv::Mat to)
{
    const auto part = [](int whole, double side, double place) {
        const int size = std::clamp(static_cast<int>(std::lround(whole * side)), 1, whole);
        return std::pair(static_cast<int>(std::lround((whole - size) * place)), size);
    };
    const auto [x, width] = part(from.cols, view.side, view.left);
    const auto [y, height] = part(from.rows, view.side, view.top);
    cv::Mat seen;
    cv::resize(from(cv::Rect(x, y, width, height)), seen, from.size(), 0.0, 0.0, cv::INTER_LINEAR);
    if (view.mirrored)
        cv::flip(seen, to, 1);
    else
        seen.copyTo(to);
}

/// Samples of a tensor [samples, ...] and how they are seen.
class Seen {
public:
    explicit Seen(const Tensor &tensor)
        : m_tensor(tensor), m_layout(layoutOf(tensor)), m_shape(tensor.shape.begin() + 1, tensor.shape.end())
    {
    }
    bool isImage() const { return m_layout != Layout::None; }
    std::span<const std::byte> plain(size_t sample) const
    {
        const size_t size = m_tensor.bytes.size() / static_cast<size_t>(m_tensor.shape.front());
        return std::span(m_tensor.bytes).subspan(sample * size, size);
    }
    std::vector<float> image(size_t sample, const View &view) const;
    std::vector<std::byte> stored(const std::vector<float> &image) const
    {
        return fromFloats(m_tensor.type, m_shape, image).bytes;
    }

private:
    const Tensor &m_tensor;
    Layout m_layout;
    Shape m_shape; ///< of one sample
};

std::vector<float> Seen::image(size_t sample, const View &view) const
{
    const auto bytes = plain(sample);
    std::vector<float> from = toFloats({m_tensor.type, m_shape, {bytes.begin(), bytes.end()}});
    std::vector<float> to(from.size());
    const bool first = m_layout == Layout::ChannelsFirst;
    const int height = static_cast<int>(m_shape[first ? 1 : 0]),
              width = static_cast<int>(m_shape[first ? 2 : 1]);
    const int planes = first ? static_cast<int>(m_shape[0]) : 1;
    const int type = CV_32FC(first ? 1 : static_cast<int>(m_shape[2]));
    const size_t step = from.size() / static_cast<size_t>(planes);
    for (size_t p = 0; p < static_cast<size_t>(planes); ++p)
        show(cv::Mat(height, width, type, from.data() + p * step), view,
             cv::Mat(height, width, type, to.data() + p * step));
    return to;
}

/// The view of a sample, with that of another one shining through: what a model makes of mixtures is asked of
/// itself, so that they need no label, and there are more of them than of images.
std::vector<float> mixture(const Seen &seen, size_t sample, size_t samples, uint64_t seed)
{
    std::vector<float> image = seen.image(sample, viewOf(seed));
    const uint64_t chance = mixed(seed ^ 4U);
    const std::vector<float> other = seen.image(static_cast<size_t>(chance % samples), viewOf(mixed(chance)));
    const double own = leastOwn + (1.0 - leastOwn) * shareOf(chance ^ 5U);
    for (size_t i = 0; i < image.size(); ++i)
        image[i] = static_cast<float>(own * image[i] + (1.0 - own) * other[i]);
    return image;
}

} // namespace

SampleSet SampleSet::withViews(size_t views, uint64_t seed, const JobContext &ctx, int64_t memoryLimit) const
{
    int64_t bytes = 0;
    for (const Tensor &tensor : m_tensors)
        bytes += static_cast<int64_t>(tensor.bytes.size() * (views + 1));
    if (bytes > memoryLimit)
        throw Error(ErrorCode::OutOfMemory,
                    Message::tr("{} samples in {} views each take {} MB, more than the {} MB that they may; "
                                "take fewer of them.",
                                m_count, views + 1, bytes >> 20, memoryLimit >> 20));
    // Where something beside the images is no image, each has its own.
    const bool mixes = std::ranges::all_of(m_tensors, [](const Tensor &t) { return Seen(t).isImage(); });
    SampleSet all = *this;
    all.m_count = m_count * (views + 1);
    for (Tensor &tensor : all.m_tensors) {
        const size_t size = m_count > 0 ? tensor.bytes.size() / m_count : 0;
        const Tensor original = tensor;
        const Seen from(original);
        tensor.shape[0] = static_cast<int64_t>(all.m_count);
        tensor.bytes.resize(size * all.m_count);
        parallelFor(m_count * views, ctx, [&](size_t i) {
            const size_t sample = i % m_count;
            const uint64_t chance = mixed(seed ^ mixed(i));
            const auto place = tensor.bytes.begin() + static_cast<std::ptrdiff_t>((m_count + i) * size);
            if (!from.isImage())
                std::ranges::copy(from.plain(sample), place);
            else
                std::ranges::copy(from.stored(mixes ? mixture(from, sample, m_count, chance)
                                                    : from.image(sample, viewOf(chance))),
                                  place);
        });
    }
    for (size_t view = 0; view < views; ++view) {
        all.m_indices.insert(all.m_indices.end(), m_indices.begin(), m_indices.end());
        all.m_labels.insert(all.m_labels.end(), m_labels.begin(), m_labels.end());
    }
    if (views > 0)
        all.m_of = Message::tr("{}, in {} views", m_of, views + 1);
    return all;
}

} // namespace lathe
