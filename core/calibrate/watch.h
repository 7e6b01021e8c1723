#pragma once
// One layer while its inputs stream by. Inside core/calibrate only.
#include "core/calibrate/columns.h"
#include "core/calibrate/gather.h"
#include "core/calibrate/momentsums.h"

#include <unordered_map>

namespace lathe {

/// A tensor as floats, without a copy where it holds them already.
struct Floats {
    Floats() = default;
    Floats(ElementType type, const Shape &tensorShape, std::span<const std::byte> bytes);
    std::vector<float> converted;
    std::span<const float> values;
    Shape shape;
};

/// Which columns of a tensor count: so many of each sample, one by chance from each of as many equal
/// stretches.
class ColumnChoice {
public:
    ColumnChoice(const CalibrationOptions &options, const WatchedLayer &layer, size_t samples);
    /// @param count columns of `run` samples, of which the first `valid` are no padding.
    std::vector<Index> of(Index count, size_t firstSample, size_t run, size_t valid) const;

private:
    void choose(Index from, Index stretch, Index wanted, size_t sample, std::vector<Index> &chosen) const;

    bool m_all;
    uint64_t m_seed;
    Index m_each = 1;
};

class Watch {
public:
    /// `layer` must outlive the watch.
    Watch(const WatchedLayer &layer, const CalibrationOptions &options, size_t samples);
    /// The inputs of the next run; the tensors must stay until all is filled.
    /// @throws Error NumericFailure, Unsupported
    void begin(const std::unordered_map<std::string, Floats> &tensors, size_t firstSample, size_t run,
               size_t valid);
    bool hasMore() const { return m_part < m_parts.size(); }
    /// Fills the block of sums, or as far as there are columns.
    void fill();
    MomentSums &sums() { return m_sums; }
    size_t layer() const { return m_layer.layer; }
    InputStatistics finish(size_t samples);

private:
    struct Part {
        std::unique_ptr<ColumnReader> reader;
        std::vector<Index> chosen;
    };
    void lookAt(std::span<const float> values, float factor);

    const WatchedLayer &m_layer;
    ColumnChoice m_choice;
    MomentSums m_sums;
    std::vector<Part> m_parts;
    size_t m_part = 0, m_next = 0;
    float m_low = 0.0F, m_high = 0.0F;
    bool m_seen = false;
};

} // namespace lathe
