#include "core/base/error.h"
#include "core/train/torch/matrixparameter.h"

#include <utility>

namespace lathe::train {

WeightParameter::WeightParameter(const Encoding &encoding, at::ScalarType precision, const Matrix &original)
    : m_structure(encoding)
{
    if (const auto *matrix = std::get_if<MatrixEncoding>(&m_structure)) {
        m_matrices.emplace_back(*matrix, precision, original);
        return;
    }
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

std::vector<at::Tensor> WeightParameter::sizes() const
{
    std::vector<at::Tensor> all;
    for (const MatrixParameter &matrix : m_matrices)
        all.insert(all.end(), matrix.sizes().begin(), matrix.sizes().end());
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
