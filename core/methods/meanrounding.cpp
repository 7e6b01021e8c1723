#include "core/methods/methods.h"

#include <algorithm>
#include <cmath>

namespace lathe {
namespace {

constexpr double mostStretched = 0.125; ///< of a step of the grid, at its end

struct Element {
    Index col;
    float residual; ///< of the weight, in steps
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

    void roundAgain()
    {
        const int highest = (1 << m_codes.bits) - 1 - (m_codes.bits > 1 && m_codes.zeroPoints.size() == 1);
        std::vector<Element> candidates;
        double lost = 0.0;
        for (Index c = 0; c < m_encoding.cols; ++c) {
            if (!isKept(c))
                continue;
            const float residual = m_weight[c] / m_scale + m_zero - static_cast<float>(code(c));
            lost += double(residual);
            if (std::abs(residual) <= 0.5F) // what is clipped stays so
                candidates.push_back({c, residual});
        }
        std::ranges::stable_sort(candidates, std::ranges::greater(),
                                 [](const Element &e) { return std::abs(e.residual); });
        for (const Element &element : candidates) {
            const int step = element.residual > 0.0F ? 1 : -1;
            const int wanted = code(element.col) + step;
            const double after = lost - step;
            if (wanted < 0 || wanted > highest || std::abs(after) >= std::abs(lost))
                continue;
            code(element.col) = static_cast<uint8_t>(wanted);
            lost = after;
        }
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
