#include "core/model/layermatching.h"

#include <algorithm>
#include <map>
#include <string_view>

namespace lathe {
namespace {

constexpr size_t longestChain = 3; ///< Tucker's

/// Layers of the other model that could stand for one.
struct Candidate {
    std::vector<size_t> parts;
    LayerForm form;
    bool has(size_t layer) const { return std::ranges::find(parts, layer) != parts.end(); }
};

class Matcher {
public:
    Matcher(std::span<const Layer> layers, std::span<const Layer> others,
            std::span<const std::optional<size_t>> feeding)
        : m_layers(layers), m_others(others), m_feeding(feeding), m_taken(others.size(), false)
    {
        m_result.matches.resize(layers.size());
        findChains();
    }
    LayerMatching run()
    {
        matchNames([](const Layer &layer) -> std::string_view { return layer.name; });
        matchNames([](const Layer &layer) -> std::string_view { return layer.weightName; });
        extendToChains();
        matchForms(false);
        matchForms(true);
        return std::move(m_result);
    }

private:
    void findChains()
    {
        for (size_t last = 0; last < m_feeding.size(); ++last) {
            Candidate chain{{last}, formOf(m_others[last])};
            while (m_feeding[chain.parts.front()] && chain.parts.size() < longestChain) {
                const size_t first = *m_feeding[chain.parts.front()];
                const auto form = chained(formOf(m_others[first]), chain.form);
                if (!form)
                    break;
                chain.form = *form;
                chain.parts.insert(chain.parts.begin(), first);
                m_chains.push_back(chain);
            }
        }
    }
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
                return !m_taken[o] && formOf(m_others[o]).kind == formOf(m_layers[i]).kind;
            });
            if (other != found->second.end())
                take(i, {*other}, LayerMatching::By::Name);
        }
    }
    /// One of several factors has the layer's name.
    void extendToChains()
    {
        for (size_t i = 0; i < m_layers.size(); ++i) {
            const LayerForm form = formOf(m_layers[i]);
            if (!m_result.matches[i] || formOf(m_others[m_result.matches[i]->parts.front()]) == form)
                continue;
            const size_t named = m_result.matches[i]->parts.front();
            const auto fits = [&](const Candidate &chain) {
                return chain.form == form && chain.has(named) &&
                       std::ranges::all_of(chain.parts, [&](size_t o) { return o == named || !m_taken[o]; });
            };
            const auto chain = std::ranges::find_if(m_chains, fits);
            if (chain != m_chains.end() && std::find_if(chain + 1, m_chains.end(), fits) == m_chains.end())
                take(i, chain->parts, LayerMatching::By::Name);
        }
    }
    /// What may be matched by its form alone, in the order of the graph.
    std::vector<Candidate> candidatesLeft(bool withChains) const
    {
        std::vector<Candidate> left;
        for (size_t i = 0; i < m_others.size(); ++i)
            if (!m_taken[i] && m_others[i].rows > 0)
                left.push_back({{i}, formOf(m_others[i])});
        if (withChains)
            for (const Candidate &chain : m_chains)
                if (std::ranges::none_of(chain.parts, [&](size_t o) { return m_taken[o]; }))
                    left.push_back(chain);
        std::ranges::stable_sort(left, {}, [](const Candidate &candidate) { return candidate.parts.back(); });
        return left;
    }
    void matchForms(bool withChains)
    {
        std::map<LayerForm, std::pair<std::vector<size_t>, std::vector<Candidate>>> left;
        for (size_t i = 0; i < m_layers.size(); ++i)
            if (!m_result.matches[i] && m_layers[i].rows > 0)
                left[formOf(m_layers[i])].first.push_back(i);
        std::vector<int> wanted(m_others.size(), 0); // by how many candidates that a layer may be
        for (Candidate &candidate : candidatesLeft(withChains)) {
            const auto found = left.find(candidate.form);
            if (found == left.end())
                continue;
            for (const size_t part : candidate.parts)
                ++wanted[part];
            found->second.second.push_back(std::move(candidate));
        }
        const auto overlaps = [&](const Candidate &candidate) {
            return std::ranges::any_of(candidate.parts, [&](size_t o) { return wanted[o] > 1; });
        };
        for (const auto &[form, both] : left) {
            const auto &[layers, candidates] = both;
            if (layers.size() != candidates.size() || std::ranges::any_of(candidates, overlaps))
                continue;
            for (size_t i = 0; i < layers.size(); ++i)
                take(layers[i], candidates[i].parts, LayerMatching::By::Shape);
        }
    }
    void take(size_t layer, const std::vector<size_t> &parts, LayerMatching::By by)
    {
        m_result.matches[layer] = LayerMatching::Match{parts, by};
        for (const size_t part : parts)
            m_taken[part] = true;
    }

    std::span<const Layer> m_layers, m_others;
    std::span<const std::optional<size_t>> m_feeding;
    std::vector<Candidate> m_chains; ///< of two layers and more
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

LayerMatching matchLayers(std::span<const Layer> layers, std::span<const Layer> others,
                          std::span<const std::optional<size_t>> feeding)
{
    return Matcher(layers, others, feeding).run();
}

} // namespace lathe
