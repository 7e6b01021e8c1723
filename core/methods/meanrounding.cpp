#include "core/methods/methods.h"

#include <algorithm>
#include <cmath>

namespace lathe {
namespace {

constexpr double mostStretched = 0.125; ///< of a step of the grid, at its end

struct Element {
    Index col;
    float distance; ///< of the weight from its code, in steps
};

class RowKeeper {
public:
    RowKeeper(MatrixEncoding &encoding, Index row, const float *weight)
        : m_encoding(encoding), m_codes(std::get<UniformCodes>(encoding.values)), m_row(row),
          m_weight(weight),
          m_zero(m_codes.zeroPoints[m_codes.zeroPoints.size() > 1 ? static_cast<size_t>(row) : 0]),
          m_own(m_codes.scales.values.size() > 1),
          m_scale(m_codes.scales.values[m_own ? static_cast<size_t>(row) : 0])
    {
    }

    void run(bool movesScales)
    {
        roundAgain();
        if (m_own && movesScales)
            fitScale();
    }

private:
    uint8_t &code(Index col) { return m_codes.codes[place(col)]; }
    size_t place(Index col) const { return static_cast<size_t>(m_row * m_encoding.cols + col); }
    bool isKept(Index col) const { return m_encoding.kept.empty() || m_encoding.kept[place(col)] != 0; }

    /// Each code that is moved brings the row's sum nearer by one step, until half a step is left. None is
    /// moved the other way, so those nearest to a tie among the others are what it takes.
    void roundAgain()
    {
        std::vector<float> residuals(static_cast<size_t>(m_encoding.cols));
        double lost = 0.0;
        for (Index c = 0; c < m_encoding.cols; ++c) {
            if (!isKept(c))
                continue;
            const float residual = m_weight[c] / m_scale + m_zero - static_cast<float>(code(c));
            residuals[static_cast<size_t>(c)] = residual;
            lost += double(residual);
        }
        const double wanted = std::ceil(std::abs(lost) - 0.5);
        if (!std::isfinite(lost) || wanted <= 0.0)
            return;
        const int step = lost > 0.0 ? 1 : -1;
        std::vector<Element> candidates = movable(residuals, step);
        const auto end = candidates.begin() + static_cast<std::ptrdiff_t>(
                                                  std::min(wanted, static_cast<double>(candidates.size())));
        std::ranges::partial_sort(candidates, end, [](const Element &a, const Element &b) {
            return a.distance != b.distance ? a.distance > b.distance : a.col < b.col;
        });
        for (auto element = candidates.begin(); element != end; ++element)
            code(element->col) = static_cast<uint8_t>(code(element->col) + step);
    }

    /// Without branches: which way a weight was rounded is a toss-up that no processor foresees.
    std::vector<Element> movable(const std::vector<float> &residuals, int step)
    {
        const int highest = (1 << m_codes.bits) - 1 - (m_codes.bits > 1 && m_codes.zeroPoints.size() == 1);
        std::vector<Element> elements(residuals.size());
        size_t count = 0;
        for (Index c = 0; c < m_encoding.cols; ++c) {
            const float residual = residuals[static_cast<size_t>(c)];
            const int moved = code(c) + step;
            elements[count] = {c, std::abs(residual)};
            count += static_cast<size_t>(int(isKept(c)) & int((residual > 0.0F) == (step > 0)) &
                                         int(std::abs(residual) <= 0.5F) & // what is clipped stays so
                                         int(moved >= 0) & int(moved <= highest));
        }
        elements.resize(count);
        return elements;
    }

    void fitScale()
    {
        double wanted = 0.0, steps = 0.0;
        float largest = 1.0F;
        for (Index c = 0; c < m_encoding.cols; ++c) {
            if (!isKept(c))
                continue;
            const float step = static_cast<float>(code(c)) - m_zero;
            wanted += double(m_weight[c]);
            steps += double(step);
            largest = std::max(largest, std::abs(step));
        }
        const double factor = wanted / steps / double(m_scale);
        if (std::isfinite(factor) && std::abs(factor - 1.0) < mostStretched / double(largest))
            m_codes.scales.values[static_cast<size_t>(m_row)] *= static_cast<float>(factor);
    }

    MatrixEncoding &m_encoding;
    UniformCodes &m_codes;
    Index m_row;
    const float *m_weight;
    float m_zero;
    bool m_own;
    float m_scale;
};

} // namespace

bool keepSums(const Matrix &weight, MatrixEncoding &encoding, ScaleKind scales)
{
    const auto *codes = std::get_if<UniformCodes>(&encoding.values);
    if (!codes || codes->bits < 2 || codes->scales.group > 0)
        return false;
    for (Index r = 0; r < weight.rows(); ++r)
        RowKeeper(encoding, r, weight.row(r).data()).run(scales == ScaleKind::Any);
    return true;
}

} // namespace lathe
