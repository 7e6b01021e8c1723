#include "core/train/torch/matrixparameter.h"

#include "core/base/error.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

namespace lathe::train {
namespace {

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

at::Tensor asHalf(const at::Tensor &value)
{
    return straightThrough(value, value.detach().to(at::kHalf).to(value.scalar_type()));
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

/// Elements that go by the table, as places in the codes.
std::pair<size_t, size_t> elementsOf(const CodebookCodes &codebook, size_t table, Index rows, Index cols)
{
    const Index runs = codebook.rowsPerTable > 0 ? codebook.rowsPerTable : rows;
    const Index first = static_cast<Index>(table) * runs;
    return {static_cast<size_t>(first * cols), static_cast<size_t>(std::min(first + runs, rows) * cols)};
}

/// Entries that no element needed repeated the last one: they do so again.
void repeatLast(CodebookCodes &codebook, const std::vector<float> &before, Index rows, Index cols)
{
    const auto entries = static_cast<size_t>(codebook.entries);
    for (size_t t = 0; t * entries < before.size(); ++t) {
        const auto [first, end] = elementsOf(codebook, t, rows, cols);
        std::vector<bool> used(entries, false);
        for (size_t i = first; i < end; ++i)
            used[codebook.codes[i]] = true;
        float *table = codebook.tables.data() + t * entries;
        float last = -std::numeric_limits<float>::infinity();
        for (size_t i = 0; i < entries; ++i)
            if (used[i])
                last = std::max(last, table[i]);
        for (size_t i = 0; i < entries; ++i)
            if (!used[i] && before[t * entries + i] == before[t * entries + entries - 1])
                table[i] = last;
    }
}

/// Tables ascend, as an encoding's do; codes follow.
void sortTables(CodebookCodes &codebook, Index rows, Index cols)
{
    const auto entries = static_cast<size_t>(codebook.entries);
    for (size_t t = 0; t * entries < codebook.tables.size(); ++t) {
        float *table = codebook.tables.data() + t * entries;
        std::vector<size_t> order(entries);
        std::iota(order.begin(), order.end(), size_t{0});
        std::ranges::stable_sort(order, {}, [table](size_t i) { return table[i]; });
        std::vector<uint8_t> place(entries);
        std::vector<float> sorted(entries);
        for (size_t i = 0; i < entries; ++i) {
            place[order[i]] = static_cast<uint8_t>(i);
            sorted[i] = table[order[i]];
        }
        std::ranges::copy(sorted, table);
        const auto [first, end] = elementsOf(codebook, t, rows, cols);
        for (size_t i = first; i < end; ++i)
            codebook.codes[i] = place[codebook.codes[i]];
    }
}

} // namespace

MatrixParameter::MatrixParameter(const MatrixEncoding &encoding, at::ScalarType precision)
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
    m_latent.requires_grad_();
    if (m_scales.defined())
        m_scales.requires_grad_();
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
    const Scales &scales = uniform ? uniform->scales : std::get<CodebookCodes>(m_structure.values).scales;
    // As many weights move a scale at once, it takes smaller steps (LSQ, section 2.2).
    const double levels = uniform ? std::max(1, (1 << uniform->bits) - 1) : 1;
    const double share = 1 / std::sqrt(static_cast<double>(m_latent.numel() / m_scales.numel()) * levels);
    const at::Tensor still = m_scales.detach();
    const at::Tensor slowed = still + (m_scales - still) * share;
    return scales.group > 0 ? asHalf(slowed) : slowed;
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

at::Tensor MatrixParameter::tableValue(const Table &table) const
{
    const at::Tensor scales = scaled();
    const at::Tensor place = m_latent / scales;
    const at::Tensor firsts = at::arange(table.entries.size(0), at::kLong) * table.entries.size(1);
    const at::Tensor code = table.nearest(place.detach()) + table.ofRows(firsts, place.size(0));
    const at::Tensor entries = table.entries.view({-1}).index_select(0, code.view({-1}));
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
    if (m_scales.defined())
        m_scales.clamp_min_(6e-8);                          // the smallest float16 above zero
    if (const Table *table = std::get_if<Table>(&m_form)) { // what is beyond the ends would never come back
        const at::Tensor scales = m_scales.detach();
        const int64_t rows = m_latent.size(0);
        m_latent.copy_(
            at::minimum(at::maximum(m_latent, scales * table->ofRows(table->entries.select(1, 0), rows)),
                        scales * table->ofRows(table->entries.select(1, -1), rows)));
    }
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

WeightParameter::WeightParameter(const Encoding &encoding, at::ScalarType precision) : m_structure(encoding)
{
    for (const MatrixEncoding *matrix : matricesOf(m_structure))
        m_matrices.emplace_back(*matrix, precision);
}

at::Tensor WeightParameter::value() const
{
    if (std::holds_alternative<MatrixEncoding>(m_structure))
        return m_matrices.front().value();
    const FactorEncoding &factors = std::get<FactorEncoding>(m_structure);
    const KernelShape &k = factors.kernel;
    const auto matrix = [this](size_t i) { return m_matrices[i].value(); };
    at::Tensor product;
    switch (factors.form) {
    case FactorForm::Product: {
        const at::Tensor right = matrix(0), left = matrix(1);
        const int64_t groups = factors.groups, rank = left.size(1);
        product = at::bmm(left.view({groups, -1, rank}), right.view({groups, rank, -1}))
                      .view({left.size(0), right.size(1)});
        break;
    }
    case FactorForm::Spatial: {
        const at::Tensor vertical = matrix(0), horizontal = matrix(1);
        product = at::einsum("orw,rih->oihw",
                             {horizontal.view({k.out, -1, k.width}), vertical.view({-1, k.in, k.height})});
        break;
    }
    case FactorForm::Tucker2: {
        const at::Tensor input = matrix(0), output = matrix(2);
        product =
            at::einsum("op,pqhw,qi->oihw",
                       {output, matrix(1).view({output.size(1), input.size(0), k.height, k.width}), input});
        break;
    }
    case FactorForm::Separable:
        product = matrix(1).unsqueeze(2) * matrix(0).unsqueeze(0);
        break;
    }
    if (factors.form != FactorForm::Product)
        product = product.reshape({k.out, -1});
    return factors.residual ? product + m_matrices.back().value() : product;
}

const MatrixParameter &WeightParameter::matrix() const
{
    if (m_matrices.size() != 1)
        throw Error(ErrorCode::InvalidArgument, Message::tr("This weight is made of factors."));
    return m_matrices.front();
}

MatrixParameter &WeightParameter::matrix()
{
    return const_cast<MatrixParameter &>(std::as_const(*this).matrix());
}

bool WeightParameter::hasMask() const
{
    return m_matrices.size() == 1 && m_matrices.front().isPlain() && !m_matrices.front().kept().empty();
}

std::vector<at::Tensor> WeightParameter::leaves() const
{
    std::vector<at::Tensor> all;
    for (const MatrixParameter &matrix : m_matrices)
        for (at::Tensor &leaf : matrix.leaves())
            all.push_back(std::move(leaf));
    return all;
}

void WeightParameter::afterStep()
{
    for (MatrixParameter &matrix : m_matrices)
        matrix.afterStep();
}

Encoding WeightParameter::encoding() const
{
    if (std::holds_alternative<MatrixEncoding>(m_structure))
        return m_matrices.front().encoding();
    FactorEncoding result = std::get<FactorEncoding>(m_structure);
    for (size_t i = 0; i < result.factors.size(); ++i)
        result.factors[i] = m_matrices[i].encoding();
    if (result.residual)
        result.residual = m_matrices.back().encoding();
    return result;
}

} // namespace lathe::train
