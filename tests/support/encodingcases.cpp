#include "tests/support/encodingcases.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace lathe::test {
namespace {

using Content = EncodingCase::Content;
using Scale = EncodingCase::Scale;

class Maker {
public:
    Maker(const EncodingCase &wanted, const EncodingSize &size, int bits, unsigned seed)
        : m_case(wanted), m_size(size), m_bits(wanted.content == Content::Binary ? 1 : bits), m_random(seed)
    {
        if (m_case.kept < 1.0) {
            std::bernoulli_distribution keep(m_case.kept);
            m_kept.resize(count());
            std::ranges::generate(m_kept, [&] { return keep(m_random) ? uint8_t{1} : uint8_t{0}; });
        }
    }

    MatrixEncoding operator()()
    {
        MatrixEncoding encoding{m_size.rows, m_size.cols, m_kept, DenseValues{}};
        switch (m_case.content) {
        case Content::Dense:
            encoding.values = dense();
            break;
        case Content::Uniform:
            encoding.values = uniform();
            break;
        case Content::Binary:
            encoding.values = binary();
            break;
        case Content::Codebook:
            encoding.values = codebook();
            break;
        }
        return encoding;
    }

private:
    size_t count() const { return static_cast<size_t>(m_size.rows * m_size.cols); }
    bool kept(size_t i) const { return m_kept.empty() || m_kept[i] != 0; }
    size_t span() const
    {
        return static_cast<size_t>(m_case.scale == Scale::Group ? m_size.group : m_size.cols);
    }
    size_t scaleCount() const { return m_case.scale == Scale::One ? 1 : count() / span(); }

    float normal() { return std::normal_distribution<float>(0.0F, 0.3F)(m_random); }
    int below(int limit) { return std::uniform_int_distribution(0, limit - 1)(m_random); }
    static std::vector<float> rounded(ElementType type, const std::vector<float> &values)
    {
        return toFloats(fromFloats(type, {static_cast<int64_t>(values.size())}, values));
    }

    DenseValues dense()
    {
        std::vector<float> values(count());
        std::ranges::generate(values, [this] { return normal(); });
        if (m_case.storage != ElementType::Undefined)
            values = rounded(m_case.storage, values);
        DenseValues result{Matrix(m_size.rows, m_size.cols), m_case.storage};
        for (size_t i = 0; i < values.size(); ++i)
            result.values.data()[i] = kept(i) ? values[i] : 0.0F;
        return result;
    }

    Scales scales()
    {
        if (m_case.scale == Scale::None)
            return {};
        std::vector<float> values(scaleCount());
        std::ranges::generate(values, [this] { return 1e-4F + std::abs(normal()); });
        const bool groups = m_case.scale == Scale::Group;
        return {groups ? rounded(ElementType::Float16, values) : values, groups ? m_size.group : 0};
    }

    UniformCodes uniform()
    {
        UniformCodes codes{m_bits, std::vector<uint8_t>(count()), scales(), {}};
        codes.zeroPoints.resize(m_case.zeroPoints ? scaleCount() : 1);
        std::ranges::generate(codes.zeroPoints, [this] { return static_cast<float>(below(1 << m_bits)); });
        for (size_t i = 0; i < codes.codes.size(); ++i) {
            const float zero = codes.zeroPoints[codes.zeroPoints.size() == 1 ? 0 : i / span()];
            codes.codes[i] = static_cast<uint8_t>(kept(i) ? below(1 << m_bits) : static_cast<int>(zero));
        }
        return codes;
    }

    /// Two signs; where zero points differ, every third channel or group is all zero.
    UniformCodes binary()
    {
        UniformCodes codes{1, std::vector<uint8_t>(count()), scales(), {0.5F}};
        if (m_case.zeroPoints) {
            codes.zeroPoints.assign(scaleCount(), 0.5F);
            for (size_t i = 1; i < codes.zeroPoints.size(); i += 3)
                codes.zeroPoints[i] = 0.0F;
        }
        for (size_t i = 0; i < codes.codes.size(); ++i) {
            const float zero = codes.zeroPoints[codes.zeroPoints.size() == 1 ? 0 : i / span()];
            codes.codes[i] = static_cast<uint8_t>(kept(i) && zero > 0.0F ? below(2) : 0);
        }
        return codes;
    }

    CodebookCodes codebook()
    {
        const int entries = std::max(2, (1 << m_bits) - (m_bits > 2 ? below(3) : 0));
        CodebookCodes codes{m_bits,  std::vector<uint8_t>(count()), entries, m_case.rowsPerTable, {},
                            scales()};
        const Index perTable = m_case.rowsPerTable > 0 ? m_case.rowsPerTable : m_size.rows;
        const Index tables = (m_size.rows + perTable - 1) / perTable;
        for (Index t = 0; t < tables; ++t) {
            std::vector<float> table(static_cast<size_t>(entries));
            std::ranges::generate(table, [this] { return normal(); });
            if (m_case.kept < 1.0)
                table[0] = 0.0F;
            std::ranges::sort(table);
            if (t % 2 == 1 && entries > 2 && table[table.size() - 2] >= 0.0F)
                table.back() = table[table.size() - 2]; // fewer are needed
            codes.tables.insert(codes.tables.end(), table.begin(), table.end());
        }
        for (size_t i = 0; i < codes.codes.size(); ++i) {
            const auto start = static_cast<std::ptrdiff_t>(i) / (perTable * m_size.cols) * entries;
            const auto from = codes.tables.begin() + start;
            codes.codes[i] =
                static_cast<uint8_t>(kept(i) ? below(entries) : std::find(from, from + entries, 0.0F) - from);
        }
        return codes;
    }

    const EncodingCase &m_case;
    EncodingSize m_size;
    int m_bits;
    std::mt19937 m_random;
    std::vector<uint8_t> m_kept;
};

float shared(const std::vector<float> &numbers, Index group, Index row, Index col, Index cols)
{
    if (numbers.size() == 1)
        return numbers[0];
    return numbers[static_cast<size_t>(group > 0 ? (row * cols + col) / group : row)];
}

} // namespace

const std::vector<EncodingCase> &encodingCases()
{
    constexpr auto half = ElementType::Float16;
    constexpr auto brain = ElementType::BFloat16;
    static const std::vector<EncodingCase> cases{
        {"one scale", Content::Uniform, Scale::One},
        {"one scale, pruned", Content::Uniform, Scale::One, false, 0.4},
        {"one scale, nearly all pruned", Content::Uniform, Scale::One, false, 0.05},
        {"channels", Content::Uniform, Scale::Row},
        {"channels, asymmetric", Content::Uniform, Scale::Row, true},
        {"channels, asymmetric, pruned", Content::Uniform, Scale::Row, true, 0.3},
        {"groups", Content::Uniform, Scale::Group},
        {"groups, asymmetric", Content::Uniform, Scale::Group, true},
        {"groups, pruned", Content::Uniform, Scale::Group, false, 0.5},
        {"groups, nearly all pruned", Content::Uniform, Scale::Group, false, 0.05},
        {"groups, asymmetric, pruned", Content::Uniform, Scale::Group, true, 0.5},
        {"binary", Content::Binary, Scale::Row},
        {"binary, zero channels", Content::Binary, Scale::Row, true},
        {"binary, zero groups", Content::Binary, Scale::Group, true},
        {"ternary", Content::Binary, Scale::Row, false, 0.6},
        {"ternary, few", Content::Binary, Scale::One, false, 0.06},
        {"ternary, zero groups", Content::Binary, Scale::Group, true, 0.6},
        {"codebook", Content::Codebook, Scale::None},
        {"codebook, pruned", Content::Codebook, Scale::None, false, 0.4},
        {"codebook, nearly all pruned", Content::Codebook, Scale::None, false, 0.05},
        {"codebook, one scale", Content::Codebook, Scale::One, false, 0.4},
        {"codebook, channels", Content::Codebook, Scale::Row},
        {"codebook, groups", Content::Codebook, Scale::Group},
        {"codebook, groups, pruned", Content::Codebook, Scale::Group, false, 0.3},
        {"codebooks", Content::Codebook, Scale::None, false, 1.0, 3},
        {"codebooks, pruned", Content::Codebook, Scale::None, false, 0.4, 4},
        {"codebooks, nearly all pruned", Content::Codebook, Scale::None, false, 0.05, 2},
        {"codebooks, fewer rows for the last", Content::Codebook, Scale::None, false, 1.0, 5},
        {"codebooks, fewer rows, pruned", Content::Codebook, Scale::Row, false, 0.4, 7},
        {"a codebook for each row", Content::Codebook, Scale::None, false, 0.5, 1},
        {"codebooks, channels", Content::Codebook, Scale::Row, false, 1.0, 4},
        {"codebooks, groups", Content::Codebook, Scale::Group, false, 0.5, 5},
        {"values", Content::Dense, Scale::None},
        {"values, pruned", Content::Dense, Scale::None, false, 0.4},
        {"float16", Content::Dense, Scale::None, false, 1.0, 0, half},
        {"float16, pruned", Content::Dense, Scale::None, false, 0.5, 0, half},
        {"float16, nearly all pruned", Content::Dense, Scale::None, false, 0.05, 0, half},
        {"bfloat16", Content::Dense, Scale::None, false, 1.0, 0, brain},
        {"bfloat16, pruned", Content::Dense, Scale::None, false, 0.5, 0, brain},
        {"bfloat16, nearly all pruned", Content::Dense, Scale::None, false, 0.05, 0, brain},
    };
    return cases;
}

MatrixEncoding randomEncoding(const EncodingCase &wanted, const EncodingSize &size, int bits, unsigned seed)
{
    return Maker(wanted, size, bits, seed)();
}

Matrix plainlyDecoded(const MatrixEncoding &encoding)
{
    Matrix values(encoding.rows, encoding.cols);
    for (Index r = 0; r < encoding.rows; ++r)
        for (Index c = 0; c < encoding.cols; ++c) {
            const auto i = static_cast<size_t>(r * encoding.cols + c);
            float &value = values(r, c);
            if (const auto *dense = std::get_if<DenseValues>(&encoding.values)) {
                value = dense->values(r, c);
            } else if (const auto *codes = std::get_if<UniformCodes>(&encoding.values)) {
                const Index group = codes->scales.group;
                value = shared(codes->scales.values, group, r, c, encoding.cols) *
                        (static_cast<float>(codes->codes[i]) -
                         shared(codes->zeroPoints, group, r, c, encoding.cols));
            } else {
                const auto &book = std::get<CodebookCodes>(encoding.values);
                const Index table = book.rowsPerTable > 0 ? r / book.rowsPerTable : 0;
                value = book.tables[static_cast<size_t>(table * book.entries + book.codes[i])];
                if (!book.scales.values.empty())
                    value *= shared(book.scales.values, book.scales.group, r, c, encoding.cols);
            }
            if (!encoding.kept.empty() && encoding.kept[i] == 0)
                value = 0.0F;
        }
    return values;
}

} // namespace lathe::test
