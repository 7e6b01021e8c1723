#include "core/data/datasetsource.h"

#include <algorithm>
#include <cstring>
#include <numeric>

namespace lathe {
namespace {

class SubsetSource : public Dataset::Source {
public:
    SubsetSource(std::shared_ptr<const Dataset::Source> whole, std::vector<size_t> indices)
        : m_whole(std::move(whole)), m_indices(std::move(indices))
    {
        description = m_whole->description;
        reference = m_whole->reference;
        splits = m_whole->splits;
        classes = m_whole->classes;
        if (!m_whole->labels.empty())
            for (const size_t index : m_indices)
                labels.push_back(m_whole->labels[index]);
        for (const auto &[name, tensor] : m_whole->arrays())
            m_arrays.emplace_back(name, chosen(tensor));
    }
    size_t size() const override { return m_indices.size(); }
    bool holdsImages() const override { return m_whole->holdsImages(); }
    Image image(size_t index, const JobContext &ctx) const override
    {
        return m_whole->image(m_indices.at(index), ctx);
    }
    std::string sampleName(size_t index) const override { return m_whole->sampleName(m_indices.at(index)); }
    const std::vector<std::pair<std::string, Tensor>> &arrays() const override { return m_arrays; }

private:
    Tensor chosen(const Tensor &all) const
    {
        Shape shape = all.shape;
        shape[0] = static_cast<int64_t>(m_indices.size());
        Tensor tensor = makeTensor(all.type, shape);
        const size_t size = all.bytes.size() / m_whole->size();
        for (size_t i = 0; i < m_indices.size(); ++i)
            std::memcpy(tensor.bytes.data() + i * size, all.bytes.data() + m_indices[i] * size, size);
        return tensor;
    }

    std::shared_ptr<const Dataset::Source> m_whole;
    std::vector<size_t> m_indices;
    std::vector<std::pair<std::string, Tensor>> m_arrays;
};

} // namespace

std::vector<size_t> indicesOfHalf(size_t size, const std::vector<int> &labels, DatasetHalf half)
{
    std::vector<size_t> order(size);
    std::iota(order.begin(), order.end(), size_t(0));
    if (!labels.empty())
        std::ranges::stable_sort(order, {}, [&labels](size_t index) { return labels[index]; });
    std::vector<size_t> indices;
    for (size_t i = half == DatasetHalf::Second ? 1 : 0; i < order.size(); i += 2)
        indices.push_back(order[i]);
    std::ranges::sort(indices);
    return indices;
}

std::shared_ptr<Dataset::Source> subsetOf(std::shared_ptr<const Dataset::Source> whole,
                                          std::vector<size_t> indices)
{
    return std::make_shared<SubsetSource>(std::move(whole), std::move(indices));
}

std::shared_ptr<Dataset::Source> halfOf(std::shared_ptr<const Dataset::Source> whole, DatasetHalf half)
{
    std::vector<size_t> indices = indicesOfHalf(whole->size(), whole->labels, half);
    return subsetOf(std::move(whole), std::move(indices));
}

} // namespace lathe
