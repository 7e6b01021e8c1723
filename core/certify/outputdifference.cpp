#include "core/certify/outputdifference.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace lathe {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

/// Values of a tensor as doubles; an integer keeps all its digits.
std::vector<double> toDoubles(const Tensor &tensor)
{
    const auto widened = [](const auto &values) { return std::vector<double>(values.begin(), values.end()); };
    switch (tensor.type) {
    case ElementType::Float64:
        return widened(tensor.as<double>());
    case ElementType::Int64:
        return widened(tensor.as<int64_t>());
    case ElementType::UInt64:
        return widened(tensor.as<uint64_t>());
    case ElementType::Int32:
        return widened(tensor.as<int32_t>());
    case ElementType::UInt32:
        return widened(tensor.as<uint32_t>());
    default:
        return widened(toFloats(tensor));
    }
}

double distance(double tested, double reference)
{
    if (tested == reference || (std::isnan(tested) && std::isnan(reference)))
        return 0.0;
    const double difference = std::abs(tested - reference);
    return std::isnan(difference) ? infinite : difference;
}

} // namespace

bool OutputDifference::add(const std::vector<Tensor> &tested, const std::vector<Tensor> &reference)
{
    m_outputs.resize(reference.size());
    if (tested.size() != reference.size())
        return false;
    for (size_t i = 0; i < reference.size(); ++i) {
        const Tensor &a = tested[i];
        const Tensor &b = reference[i];
        if (a.type != b.type || a.shape != b.shape || a.bytes.size() != b.bytes.size())
            return false;
        Extent &extent = m_outputs[i];
        if (b.type == ElementType::Undefined)
            continue;
        if (b.type == ElementType::String) {
            if (a.bytes != b.bytes)
                extent.difference = infinite;
            continue;
        }
        m_anyHalf = m_anyHalf || b.type == ElementType::Float16 || b.type == ElementType::BFloat16;
        const std::vector<double> x = toDoubles(a);
        const std::vector<double> y = toDoubles(b);
        for (size_t k = 0; k < y.size(); ++k) {
            extent.difference = std::max(extent.difference, distance(x[k], y[k]));
            if (std::isfinite(y[k]))
                extent.magnitude = std::max(extent.magnitude, std::abs(y[k]));
        }
    }
    return true;
}

double OutputDifference::relative() const
{
    double largest = 0.0;
    for (const Extent &extent : m_outputs)
        if (extent.difference > 0.0)
            largest =
                std::max(largest, extent.magnitude > 0.0 ? extent.difference / extent.magnitude : infinite);
    return largest;
}

} // namespace lathe
