#include "core/model/layermatching.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <tuple>

namespace lathe {
namespace {

LayerKind kindOf(const Layer &layer)
{
    return layer.kind == LayerKind::Gemm ? LayerKind::MatMul : layer.kind; // exporters write one as the other
}

using Form = std::tuple<LayerKind, Index, Index, int64_t, Shape>;

Form formOf(const Layer &layer)
{
    return {kindOf(layer), layer.rows, layer.cols, layer.groups, layer.kernel};
}

class Matcher {
public:
    Matcher(std::span<const Layer> layers, std::span<const Layer> others)
        : m_layers(layers), m_others(others), m_taken(others.size(), false)
    {
        m_result.matches.resize(layers.size());
    }
    LayerMatching run()
    {
        matchNames([](const Layer &layer) -> std::string_view { return layer.name; });
        matchNames([](const Layer &layer) -> std::string_view { return layer.weightName; });
        matchForms();
        return std::move(m_result);
    }

private:
    template <class NameOf>
    void matchNames(const NameOf &nameOf)
    {
        std::map<std::string_view, std::vector<size_t>> named;
        for (size_t i = 0; i < m_others.size(); ++i)
            if (!m_taken[i] && !nameOf(m_others[i]).empty())
                named[nameOf(m_others[i])].push_back(i);
        for (size_t i = 0; i < m_layers.size(); ++i) {
            const auto found = named.find(nameOf(m_layers[i]));
            if (m_result.matches[i] || found == named.end())
                continue;
            const auto other = std::ranges::find_if(found->second, [&](size_t o) {
                return !m_taken[o] && kindOf(m_others[o]) == kindOf(m_layers[i]);
            });
            if (other != found->second.end())
                take(i, *other, LayerMatching::By::Name);
        }
    }
    void matchForms()
    {
        std::map<Form, std::pair<std::vector<size_t>, std::vector<size_t>>> left;
        for (size_t i = 0; i < m_layers.size(); ++i)
            if (!m_result.matches[i] && m_layers[i].rows > 0)
                left[formOf(m_layers[i])].first.push_back(i);
        for (size_t i = 0; i < m_others.size(); ++i)
            if (!m_taken[i] && m_others[i].rows > 0)
                left[formOf(m_others[i])].second.push_back(i);
        for (const auto &[form, both] : left)
            for (size_t i = 0; both.first.size() == both.second.size() && i < both.first.size(); ++i)
                take(both.first[i], both.second[i], LayerMatching::By::Shape);
    }
    void take(size_t layer, size_t other, LayerMatching::By by)
    {
        m_result.matches[layer] = LayerMatching::Match{other, by};
        m_taken[other] = true;
    }

    std::span<const Layer> m_layers, m_others;
    std::vector<bool> m_taken;
    LayerMatching m_result;
};

} // namespace

size_t LayerMatching::count() const
{
    return static_cast<size_t>(
        std::ranges::count_if(matches, [](const auto &match) { return match.has_value(); }));
}

size_t LayerMatching::count(By by) const
{
    return static_cast<size_t>(
        std::ranges::count_if(matches, [by](const auto &match) { return match && match->by == by; }));
}

LayerMatching matchLayers(std::span<const Layer> layers, std::span<const Layer> others)
{
    return Matcher(layers, others).run();
}

} // namespace lathe
