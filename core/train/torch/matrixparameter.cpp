#include "core/train/torch/matrixparameter.h"

#include "core/base/error.h"
#include "core/train/torch/beginnings.h"
#include "core/train/torch/codebooks.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace lathe::train {
namespace {

constexpr double mostChosen = 0.02; ///< share of codes that are not the nearest ones
constexpr float smallestHalf = 6e-8F;

at::Tensor fromMatrix(const Matrix &matrix, at::ScalarType precision)
{
    // Matrices are kept by rows: Matrix is row-major.
    return at::from_blob(const_cast<float *>(matrix.data()), {matrix.rows(), matrix.cols()}, at::kFloat)
        .to(precision, false, true);
}

Matrix toMatrix(const at::Tensor &tensor)
{
    const at::Tensor plain = tensor.detach().to(at::kFloat).contiguous();
    return Eigen::Map<const Matrix>(plain.data_ptr<float>(), plain.size(0), plain.size(1));
}

at::Tensor fromFloats(const std::vector<float> &values, at::ScalarType precision)
{
    return at::tensor(values, at::kFloat).to(precision);
}

std::vector<float> toFloats(const at::Tensor &tensor)
{
    const at::Tensor plain = tensor.detach().to(at::kFloat).contiguous();
    return {plain.data_ptr<float>(), plain.data_ptr<float>() + plain.numel()};
}

/// Rounded there, with the gradient of what was rounded.
at::Tensor straightThrough(const at::Tensor &value, const at::Tensor &rounded)
{
    return value + (rounded - value).detach();
}

at::Tensor roundedToHalf(const at::Tensor &value)
{
    return value.to(at::kHalf).to(value.scalar_type());
}

at::Tensor asHalf(const at::Tensor &value)
{
    return straightThrough(value, roundedToHalf(value.detach()));
}

/// [rows, groups, group]; of one scale for each row or for the matrix a row is the group.
std::vector<int64_t> groupedShape(const Scales &scales, Index rows, Index cols)
{
    return scales.group > 0 ? std::vector<int64_t>{rows, cols / scales.group, scales.group}
                            : std::vector<int64_t>{rows, 1, cols};
}

/// One for the matrix or one for each group, to be broadcast over that shape.
at::Tensor overGroups(const at::Tensor &values, const std::vector<int64_t> &shape)
{
    return values.numel() == 1 ? values.view({1, 1, 1}) : values.view({shape[0], shape[1], 1});
}

} // namespace

MatrixParameter::MatrixParameter(const MatrixEncoding &encoding, at::ScalarType precision,
                                 const Matrix &original)
    : m_structure(encoding)
{
    const Index rows = encoding.rows, cols = encoding.cols;
    if (!encoding.kept.empty())
        m_kept = at::tensor(encoding.kept, at::kByte).to(precision).view({rows, cols});
    if (const auto *dense = std::get_if<DenseValues>(&encoding.values)) {
        m_latent = fromMatrix(dense->values, precision);
    } else if (const auto *uniform = std::get_if<UniformCodes>(&encoding.values)) {
        const std::vector<int64_t> shape = groupedShape(uniform->scales, rows, cols);
        m_latent = fromMatrix(decode(encoding), precision).view(shape);
        m_scales = overGroups(fromFloats(uniform->scales.values, precision), shape);
        const at::Tensor zeros = overGroups(fromFloats(uniform->zeroPoints, precision), shape);
        fixEmptyGroups(zeros, shape);
        m_form = Grid{zeros, static_cast<double>((1 << uniform->bits) - 1)};
    } else {
        const auto &codebook = std::get<CodebookCodes>(encoding.values);
        const at::Tensor tables = fromFloats(codebook.tables, precision);
        if (codebook.scales.values.empty()) {
            const Index runs = codebook.rowsPerTable > 0 ? codebook.rowsPerTable : rows;
            at::Tensor places = at::tensor(codebook.codes, at::kByte).to(at::kLong).view({rows, cols});
            places = places + at::arange(rows, at::kLong).div(runs, "floor").unsqueeze(1) * codebook.entries;
            m_latent = tables.clone();
            m_form = Clusters{places.view({-1}), freeEntries(places, tables)};
        } else {
            const std::vector<int64_t> shape = groupedShape(codebook.scales, rows, cols);
            m_latent = fromMatrix(decode(encoding), precision).view(shape);
            m_scales = overGroups(fromFloats(codebook.scales.values, precision), shape);
            const at::Tensor entries = tables.view({-1, codebook.entries});
            m_form = Table{entries, (entries.slice(1, 0, -1) + entries.slice(1, 1)) / 2,
                           codebook.rowsPerTable > 0 ? codebook.rowsPerTable : rows};
        }
    }
    if (original.size() > 0 && m_scales.defined())
        m_latent = beginning(original);
    m_sizes = {sizeByRow(m_latent)};
    if (m_scales.defined())
        readScales();
    m_latent.requires_grad_();
}

/// Groups have scales in float16 where all of them fit, else in the model's own type.
void MatrixParameter::readScales()
{
    const auto *uniform = std::get_if<UniformCodes>(&m_structure.values);
    const Scales &scales = uniform ? uniform->scales : std::get<CodebookCodes>(m_structure.values).scales;
    m_halfScales = scales.group > 0 && at::equal(m_scales, roundedToHalf(m_scales));
    m_leastScale = std::min(smallestHalf, m_scales.min().item().toFloat());
    m_sizes.push_back(m_scales * sizeOfScales);
    m_scales.requires_grad_();
}

/// The original values where they round to their codes. Where many do not, the codes have been chosen
/// together, so that they make up for each other: values at the borders of cells, which would change over
/// with the first steps, would undo that.
at::Tensor MatrixParameter::beginning(const Matrix &original) const
{
    const at::Tensor wanted = inRange(fromMatrix(original, m_latent.scalar_type()).view(m_latent.sizes()));
    at::Tensor same;
    if (const Grid *grid = std::get_if<Grid>(&m_form)) {
        const std::vector<uint8_t> &codes = std::get<UniformCodes>(m_structure.values).codes;
        same = (wanted / m_scales + grid->zeros).round() == at::tensor(codes, at::kByte).view(wanted.sizes());
    } else {
        const std::vector<uint8_t> &codes = std::get<CodebookCodes>(m_structure.values).codes;
        same = std::get<Table>(m_form).nearest(wanted / m_scales) ==
               at::tensor(codes, at::kByte).view(wanted.sizes());
    }
    const at::Tensor counted = m_kept.defined() ? m_kept.view(same.sizes()) : at::ones_like(wanted);
    const at::Tensor others = (counted * same.logical_not()).sum(), all = counted.sum();
    if (others.item().toDouble() > mostChosen * all.item().toDouble())
        return m_latent;
    return at::where(same.logical_and(counted != 0), wanted, m_latent); // a mask's zeros stay, however scaled
}

/// What is beyond the ends has no gradient and would never come back.
at::Tensor MatrixParameter::inRange(const at::Tensor &values) const
{
    const at::Tensor scales = m_scales.detach();
    const auto between = [&](const at::Tensor &low, const at::Tensor &high) {
        return at::minimum(at::maximum(values, scales * low), scales * high);
    };
    if (const Grid *grid = std::get_if<Grid>(&m_form))
        return between(-grid->zeros, grid->last - grid->zeros);
    const Table &table = std::get<Table>(m_form);
    const int64_t rows = values.size(0);
    return between(table.ofRows(table.entries.select(1, 0), rows),
                   table.ofRows(table.entries.select(1, -1), rows));
}

/// Of binary weights, channels and groups of nothing but zeros: they have no sign to learn.
void MatrixParameter::fixEmptyGroups(const at::Tensor &zeros, const std::vector<int64_t> &shape)
{
    const at::Tensor signs = zeros == 0.5;
    if (!signs.any().item().toBool() || signs.all().item().toBool())
        return;
    const at::Tensor filled =
        signs.to(zeros.scalar_type()).expand(shape).reshape({m_structure.rows, m_structure.cols});
    m_kept = m_kept.defined() ? m_kept * filled : filled;
}

/// 0 for the entries that stand for what is not kept, which are zeros and stay so; 1 for the others.
at::Tensor MatrixParameter::freeEntries(const at::Tensor &places, const at::Tensor &tables) const
{
    at::Tensor free = at::ones_like(tables);
    if (m_kept.defined())
        free.index_fill_(0, places.masked_select(m_kept == 0), 0);
    return free;
}

at::Tensor MatrixParameter::scaled() const
{
    const auto *uniform = std::get_if<UniformCodes>(&m_structure.values);
    // As many weights move a scale at once, it takes smaller steps (LSQ, section 2.2).
    const double levels = uniform ? std::max(1, (1 << uniform->bits) - 1) : 1;
    const double share = 1 / std::sqrt(static_cast<double>(m_latent.numel() / m_scales.numel()) * levels);
    const at::Tensor still = m_scales.detach();
    const at::Tensor slowed = still + (m_scales - still) * share;
    return m_halfScales ? asHalf(slowed) : slowed;
}

at::Tensor MatrixParameter::gridValue() const
{
    const Grid &grid = std::get<Grid>(m_form);
    const at::Tensor scales = scaled();
    const at::Tensor place = m_latent / scales + grid.zeros;
    return scales * (straightThrough(place, place.detach().round()).clamp(0, grid.last) - grid.zeros);
}

at::Tensor MatrixParameter::Table::nearest(const at::Tensor &places) const
{
    std::vector<at::Tensor> codes;
    for (int64_t table = 0; table < entries.size(0); ++table) {
        const int64_t first = table * rows, count = std::min(rows, places.size(0) - first);
        codes.push_back(
            at::bucketize(places.narrow(0, first, count).contiguous(), between[table].contiguous()));
    }
    return at::cat(codes);
}

at::Tensor MatrixParameter::Table::ofRows(const at::Tensor &each, int64_t all) const
{
    return each.repeat_interleave(rows).narrow(0, 0, all).view({all, 1, 1});
}

at::Tensor MatrixParameter::Table::placesOf(const at::Tensor &codes) const
{
    const at::Tensor firsts = at::arange(entries.size(0), at::kLong) * entries.size(1);
    return codes + ofRows(firsts, codes.size(0));
}

at::Tensor MatrixParameter::tableValue(const Table &table) const
{
    const at::Tensor scales = scaled();
    const at::Tensor place = m_latent / scales;
    const at::Tensor places = table.placesOf(table.nearest(place.detach()));
    const at::Tensor entries = table.entries.view({-1}).index_select(0, places.view({-1}));
    return scales * straightThrough(place, entries.view(place.sizes()));
}

at::Tensor MatrixParameter::value() const
{
    at::Tensor value;
    if (std::holds_alternative<Grid>(m_form)) {
        value = gridValue();
    } else if (const Table *table = std::get_if<Table>(&m_form)) {
        value = tableValue(*table);
    } else if (const Clusters *clusters = std::get_if<Clusters>(&m_form)) {
        value = (m_latent * clusters->free).index_select(0, clusters->places);
    } else {
        const ElementType storage = std::get<DenseValues>(m_structure.values).storage;
        value = m_latent;
        if (storage == ElementType::Float16)
            value = asHalf(value);
        else if (storage == ElementType::BFloat16)
            value = straightThrough(value, value.detach().to(at::kBFloat16).to(value.scalar_type()));
    }
    value = value.view({m_structure.rows, m_structure.cols});
    if (!m_kept.defined())
        return value;
    return m_regrows ? straightThrough(value, value.detach() * m_kept) : value * m_kept;
}

void MatrixParameter::setKept(const std::vector<uint8_t> &kept, bool regrows)
{
    const auto count = static_cast<size_t>(m_structure.rows * m_structure.cols);
    if (!isPlain() || kept.size() != count)
        throw Error(ErrorCode::InvalidArgument,
                    Message::tr("A mask of {} values is no mask of this weight.", kept.size()));
    m_structure.kept = kept;
    m_kept =
        at::tensor(kept, at::kByte).to(m_latent.scalar_type()).view({m_structure.rows, m_structure.cols});
    m_regrows = regrows;
}

void MatrixParameter::clearKept()
{
    m_structure.kept.clear();
    m_kept.reset();
    m_regrows = false;
}

Matrix MatrixParameter::unmasked() const
{
    if (!isPlain())
        throw Error(ErrorCode::InvalidArgument, Message::tr("This weight holds codes, not plain values."));
    return toMatrix(m_latent);
}

std::vector<at::Tensor> MatrixParameter::leaves() const
{
    return m_scales.defined() ? std::vector{m_latent, m_scales} : std::vector{m_latent};
}

void MatrixParameter::afterStep()
{
    const at::NoGradGuard still;
    if (!m_scales.defined())
        return;
    m_scales.clamp_min_(m_leastScale);
    m_latent.copy_(inRange(m_latent));
}

MatrixEncoding MatrixParameter::encoding() const
{
    const at::NoGradGuard still;
    MatrixEncoding result = m_structure;
    if (auto *dense = std::get_if<DenseValues>(&result.values)) {
        dense->values = toMatrix(value());
    } else if (auto *uniform = std::get_if<UniformCodes>(&result.values)) {
        const Grid &grid = std::get<Grid>(m_form);
        const at::Tensor scales = scaled();
        const at::Tensor codes = (m_latent / scales + grid.zeros).round().clamp(0, grid.last).to(at::kByte);
        const at::Tensor plain = codes.contiguous().view({-1});
        uniform->codes.assign(plain.data_ptr<uint8_t>(), plain.data_ptr<uint8_t>() + plain.numel());
        uniform->scales.values = toFloats(scales);
    } else {
        auto &codebook = std::get<CodebookCodes>(result.values);
        if (const Table *table = std::get_if<Table>(&m_form)) {
            const at::Tensor code = table->nearest(m_latent / scaled()).to(at::kByte).contiguous().view({-1});
            codebook.codes.assign(code.data_ptr<uint8_t>(), code.data_ptr<uint8_t>() + code.numel());
            codebook.scales.values = toFloats(scaled());
        } else {
            const std::vector<float> before = std::exchange(codebook.tables, toFloats(m_latent));
            repeatLast(codebook, before, result.rows, result.cols);
            sortTables(codebook, result.rows, result.cols);
        }
    }
    return result;
}

} // namespace lathe::train
