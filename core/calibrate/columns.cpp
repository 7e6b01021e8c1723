#include "core/calibrate/columns.h"

#include "core/base/error.h"

#include <algorithm>
#include <fmt/format.h>
#include <functional>
#include <numeric>

namespace lathe {
namespace {

int64_t productOf(std::span<const int64_t> shape)
{
    return std::accumulate(shape.begin(), shape.end(), int64_t(1), std::multiplies<>());
}

[[noreturn]] void refuseShape(const std::string &layer, const Shape &shape, Index height)
{
    throw Error(
        ErrorCode::Unsupported,
        Message::tr("The input of `{}` is {}, which does not hold columns of {} values as its weight needs.",
                    layer, shapeText(shape), height));
}

/// [outer, height, inner]: column (o, i) has a stride of `inner`.
class AxisReader : public ColumnReader {
public:
    AxisReader(std::span<const float> values, Index height, Index inner, float factor)
        : m_values(values), m_height(height), m_inner(inner), m_factor(factor)
    {
    }
    Index count() const override { return static_cast<Index>(m_values.size()) / m_height; }
    void read(Index position, std::span<float> column) const override
    {
        const float *from = m_values.data() + position / m_inner * m_height * m_inner + position % m_inner;
        for (size_t i = 0; i < column.size(); ++i)
            column[i] = m_factor * from[static_cast<Index>(i) * m_inner];
    }

private:
    std::span<const float> m_values;
    Index m_height, m_inner;
    float m_factor;
};

/// One spatial dimension of a window: which place of the input each place of the kernel meets.
class WindowAxis {
public:
    WindowAxis(const Window &window, size_t d, int64_t in)
        : m_kernel(window.kernel[d]), m_stride(window.strides[d]), m_dilation(window.dilations[d]), m_in(in),
          m_transposed(window.transposed)
    {
        const int64_t reach = (m_kernel - 1) * m_dilation + 1;
        const bool upper = window.autoPad == Window::AutoPad::SameUpper;
        const bool same = upper || window.autoPad == Window::AutoPad::SameLower;
        int64_t begin = window.autoPad == Window::AutoPad::No ? window.padsBegin[d] : 0;
        int64_t end = window.autoPad == Window::AutoPad::No ? window.padsEnd[d] : 0;
        if (!m_transposed) {
            if (same) {
                const int64_t out = (in + m_stride - 1) / m_stride;
                const int64_t total = std::max<int64_t>(0, (out - 1) * m_stride + reach - in);
                begin = upper ? total / 2 : total - total / 2;
                end = total - begin;
            }
            m_out = (in + begin + end - reach) / m_stride + 1;
        } else {
            const int64_t full = (in - 1) * m_stride + reach + window.outputPadding[d];
            m_out = full - begin - end;
            if (same || !window.outputShape.empty()) {
                const int64_t wanted = window.outputShape.empty() ? in * m_stride : window.outputShape[d];
                const int64_t total = std::max<int64_t>(0, full - wanted);
                m_out = window.outputShape.empty() ? full - total : wanted;
                begin = upper ? total / 2 : total - total / 2;
            }
        }
        m_padBegin = begin;
    }
    int64_t in() const { return m_in; }
    int64_t out() const { return m_out; }
    int64_t kernel() const { return m_kernel; }
    /// -1: in the padding, or between the inputs of a transposed convolution.
    int64_t place(int64_t out, int64_t kernel) const
    {
        int64_t place = m_transposed ? out + m_padBegin - kernel * m_dilation
                                     : out * m_stride - m_padBegin + kernel * m_dilation;
        if (m_transposed) {
            if (place < 0 || place % m_stride != 0)
                return -1;
            place /= m_stride;
        }
        return place < 0 || place >= m_in ? -1 : place;
    }

private:
    int64_t m_kernel, m_stride, m_dilation, m_in, m_out = 0, m_padBegin = 0;
    bool m_transposed;
};

class PatchReader : public ColumnReader {
public:
    PatchReader(std::span<const float> values, const Shape &shape, const Window &window)
        : m_values(values), m_batch(shape[0]), m_channels(shape[1])
    {
        for (size_t d = 0; d < window.kernel.size(); ++d) {
            m_axes.emplace_back(window, d, shape[d + 2]);
            m_plane *= shape[d + 2];
            m_places *= std::max<int64_t>(0, m_axes.back().out());
        }
    }
    Index count() const override { return m_batch * m_places; }
    void read(Index position, std::span<float> column) const override
    {
        const std::vector<int64_t> offsets = offsetsAt(position % m_places);
        const float *plane = m_values.data() + position / m_places * m_channels * m_plane;
        float *to = column.data();
        for (int64_t c = 0; c < m_channels; ++c, plane += m_plane)
            for (const int64_t offset : offsets)
                *to++ = offset < 0 ? 0.0F : plane[offset];
    }

private:
    /// For each place of the kernel its place in a plane of the input.
    std::vector<int64_t> offsetsAt(int64_t place) const
    {
        std::vector<int64_t> out(m_axes.size());
        for (size_t d = m_axes.size(); d-- > 0;) {
            out[d] = place % m_axes[d].out();
            place /= m_axes[d].out();
        }
        std::vector<int64_t> offsets{0}, longer;
        for (size_t d = 0; d < m_axes.size(); ++d) {
            longer.clear();
            for (const int64_t offset : offsets)
                for (int64_t k = 0; k < m_axes[d].kernel(); ++k) {
                    const int64_t at = m_axes[d].place(out[d], k);
                    longer.push_back(offset < 0 || at < 0 ? -1 : offset * m_axes[d].in() + at);
                }
            offsets.swap(longer);
        }
        return offsets;
    }

    std::span<const float> m_values;
    int64_t m_batch, m_channels, m_plane = 1, m_places = 1;
    std::vector<WindowAxis> m_axes;
};

bool fitsWindow(const LayerInput &input, const Shape &shape)
{
    const Window &window = input.window;
    const size_t rank = window.kernel.size();
    return rank > 0 && shape.size() == rank + 2 && shape[1] * productOf(window.kernel) == input.height &&
           window.strides.size() == rank && window.dilations.size() == rank &&
           (window.outputShape.empty() || window.outputShape.size() == rank);
}

} // namespace

std::unique_ptr<ColumnReader> columnsOf(const LayerInput &input, const Shape &shape,
                                        std::span<const float> values, const std::string &layer)
{
    if (input.form == LayerInput::Form::Patches) {
        if (!fitsWindow(input, shape))
            refuseShape(layer, shape, input.height);
        return std::make_unique<PatchReader>(values, shape, input.window);
    }
    const bool last = input.form == LayerInput::Form::LastAxis || shape.size() == 1;
    const size_t axis = shape.size() - (last ? 1 : 2);
    if (shape.empty() || shape[axis] != input.height)
        refuseShape(layer, shape, input.height);
    return std::make_unique<AxisReader>(values, input.height, last ? 1 : std::max<int64_t>(1, shape.back()),
                                        input.factor);
}

} // namespace lathe
