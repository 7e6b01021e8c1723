#include "core/train/torch/matrixparameter.h"

#include <algorithm>
#include <numeric>

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

/// [rows, groups, group] for one scale for each row or group; [1, 1, all] for one for the matrix.
std::vector<int64_t> groupedShape(const Scales &scales, Index rows, Index cols)
{
    if (scales.group > 0)
        return {rows, cols / scales.group, scales.group};
    if (static_cast<Index>(scales.values.size()) == rows && rows > 1)
        return {rows, 1, cols};
    return {1, 1, rows * cols};
}

/// Tables ascend, as an encoding's do; codes follow.
void sortTables(CodebookCodes &codebook, Index rows, Index cols)
{
    const auto entries = static_cast<size_t>(codebook.entries);
    const Index runs = codebook.rowsPerTable > 0 ? codebook.rowsPerTable : rows;
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
        const Index first = static_cast<Index>(t) * runs * cols;
        const Index last = std::min(first + runs * cols, rows * cols);
        for (Index i = first; i < last; ++i)
            codebook.codes[static_cast<size_t>(i)] = place[codebook.codes[static_cast<size_t>(i)]];
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
        m_scales = fromFloats(uniform->scales.values, precision).view({shape[0], shape[1], 1});
        at::Tensor zeros = fromFloats(uniform->zeroPoints, precision);
        zeros = zeros.numel() == 1 ? zeros.view({1, 1, 1}) : zeros.view({shape[0], shape[1], 1});
        m_form = Grid{zeros, static_cast<double>((1 << uniform->bits) - 1)};
    } else {
        const auto &codebook = std::get<CodebookCodes>(encoding.values);
        const at::Tensor tables = fromFloats(codebook.tables, precision);
        if (codebook.scales.values.empty()) {
            const Index runs = codebook.rowsPerTable > 0 ? codebook.rowsPerTable : rows;
            at::Tensor places = at::tensor(codebook.codes, at::kByte).to(at::kLong).view({rows, cols});
            places = places + at::arange(rows, at::kLong).div(runs, "floor").unsqueeze(1) * codebook.entries;
            m_latent = tables.clone();
            m_form = Clusters{places.view({-1})};
        } else {
            const std::vector<int64_t> shape = groupedShape(codebook.scales, rows, cols);
            m_latent = fromMatrix(decode(encoding), precision).view(shape);
            m_scales = fromFloats(codebook.scales.values, precision).view({shape[0], shape[1], 1});
            const auto n = tables.numel();
            m_form = Table{tables, (tables.narrow(0, 0, n - 1) + tables.narrow(0, 1, n - 1)) / 2};
        }
    }
    m_latent.requires_grad_();
    if (m_scales.defined())
        m_scales.requires_grad_();
}

at::Tensor MatrixParameter::scaled() const
{
    const auto *uniform = std::get_if<UniformCodes>(&m_structure.values);
    const Scales &scales = uniform ? uniform->scales : std::get<CodebookCodes>(m_structure.values).scales;
    return scales.group > 0 ? asHalf(m_scales) : m_scales;
}

at::Tensor MatrixParameter::gridValue() const
{
    const Grid &grid = std::get<Grid>(m_form);
    const at::Tensor scales = scaled();
    const at::Tensor place = m_latent / scales + grid.zeros;
    return scales * (straightThrough(place, place.detach().round()).clamp(0, grid.last) - grid.zeros);
}

at::Tensor MatrixParameter::tableValue(const Table &table) const
{
    const at::Tensor scales = scaled();
    const at::Tensor place = m_latent / scales;
    const at::Tensor code = at::bucketize(place.detach(), table.between);
    return scales *
           straightThrough(place, table.entries.index_select(0, code.view({-1})).view(place.sizes()));
}

at::Tensor MatrixParameter::value() const
{
    at::Tensor value;
    if (std::holds_alternative<Grid>(m_form)) {
        value = gridValue();
    } else if (const Table *table = std::get_if<Table>(&m_form)) {
        value = tableValue(*table);
    } else if (const Clusters *clusters = std::get_if<Clusters>(&m_form)) {
        value = m_latent.index_select(0, clusters->places);
    } else {
        const ElementType storage = std::get<DenseValues>(m_structure.values).storage;
        value = m_latent;
        if (storage == ElementType::Float16)
            value = asHalf(value);
        else if (storage == ElementType::BFloat16)
            value = straightThrough(value, value.detach().to(at::kBFloat16).to(value.scalar_type()));
    }
    value = value.view({m_structure.rows, m_structure.cols});
    return m_kept.defined() ? value * m_kept : value;
}

std::vector<at::Tensor> MatrixParameter::leaves() const
{
    return m_scales.defined() ? std::vector{m_latent, m_scales} : std::vector{m_latent};
}

void MatrixParameter::afterStep()
{
    const at::NoGradGuard still;
    if (m_scales.defined())
        m_scales.clamp_min_(1e-8);
    if (const Table *table = std::get_if<Table>(&m_form)) { // what is beyond the ends would never come back
        const at::Tensor scales = m_scales.detach();
        m_latent.copy_(at::minimum(at::maximum(m_latent, scales * table->entries.select(0, 0)),
                                   scales * table->entries.select(0, -1)));
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
            const at::Tensor code =
                at::bucketize(m_latent / scaled(), table->between).to(at::kByte).contiguous().view({-1});
            codebook.codes.assign(code.data_ptr<uint8_t>(), code.data_ptr<uint8_t>() + code.numel());
            codebook.scales.values = toFloats(scaled());
        } else {
            codebook.tables = toFloats(m_latent);
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
        product = at::einsum("orw,rih->oihw", {horizontal.view({k.out, -1, k.width}),
                                               vertical.view({-1, k.in, k.height})});
        break;
    }
    case FactorForm::Tucker2: {
        const at::Tensor input = matrix(0), output = matrix(2);
        product = at::einsum(
            "op,pqhw,qi->oihw",
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
