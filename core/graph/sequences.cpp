#include "core/graph/sequences.h"

#include <algorithm>
#include <array>

namespace lathe {
namespace {

constexpr int longestBlock = 1500; // nodes
constexpr int shortestBlock = 3;
constexpr int shortestSingle = 4;               // of blocks that stand alone
constexpr int64_t mostComparisons = 30'000'000; // of nodes in one search; then what is found is what there is
constexpr int chainRepeats = 4;                 // fewer equal links of a chain are quicker read than opened

} // namespace

/// Equal blocks in a row, with what they are chosen by.
struct Sequences::Candidate {
    Stretch stretch;
    bool chain = false;    ///< no branch inside
    bool separate = false; ///< one tensor leads from each to the next and nothing passes by
};

Sequences::Sequences(const ModelGraph &graph)
    : m_graph(graph), m_local(graph.nodes.size()), m_crossing(graph.nodes.size() + 1, 0)
{
    for (size_t i = 0; i < graph.nodes.size(); ++i) {
        m_local[i] = graph.nodes[i].signature * 31 + graph.incoming[i].size();
        int last = static_cast<int>(i);
        for (const int edge : graph.outgoing[i]) // several outputs of one node count once
            last = std::max(last, graph.edges[static_cast<size_t>(edge)].to);
        if (last > static_cast<int>(i)) {
            ++m_crossing[i + 1];
            --m_crossing[static_cast<size_t>(last) + 1];
        }
    }
    for (size_t i = 1; i < m_crossing.size(); ++i)
        m_crossing[i] += m_crossing[i - 1];
}

bool Sequences::equal(int first, int other, int length) const
{
    for (int i = 0; i < length; ++i)
        if (m_local[static_cast<size_t>(first + i)] != m_local[static_cast<size_t>(other + i)])
            return false;
    for (int i = 0; i < length; ++i) {
        const std::vector<int> &a = m_graph.incoming[static_cast<size_t>(first + i)];
        const std::vector<int> &b = m_graph.incoming[static_cast<size_t>(other + i)];
        if (a.size() != b.size())
            return false;
        for (size_t k = 0; k < a.size(); ++k) {
            const int fromA = m_graph.edges[static_cast<size_t>(a[k])].from - first;
            const int fromB = m_graph.edges[static_cast<size_t>(b[k])].from - other;
            if (std::max(fromA, -1) != std::max(fromB, -1)) // what lies outside may differ
                return false;
        }
    }
    return true;
}

bool Sequences::isChain(int first, int length) const
{
    for (int i = first + 1; i < first + length; ++i) {
        const std::vector<int> &in = m_graph.incoming[static_cast<size_t>(i)];
        if (in.size() != 1 || m_graph.edges[static_cast<size_t>(in.front())].from != i - 1)
            return false;
    }
    return true;
}

int Sequences::layers(int first, int length) const
{
    int count = 0;
    for (int i = first; i < first + length; ++i)
        count += m_graph.nodes[static_cast<size_t>(i)].layers.empty() ? 0 : 1;
    return count;
}

/// Whether the nodes read something of the `length` nodes before them: blocks beside each other do not.
bool Sequences::follows(int first, int length) const
{
    for (int i = first; i < first + length; ++i)
        for (const int edge : m_graph.incoming[static_cast<size_t>(i)]) {
            const int from = m_graph.edges[static_cast<size_t>(edge)].from;
            if (from < first && from >= first - length)
                return true;
        }
    return false;
}

/// Where people see a block begin: at a layer or a normalization, not at the activation behind it.
int Sequences::startRank(int node) const
{
    constexpr std::array activations = {"Relu",      "Clip",  "Sigmoid", "HardSwish",
                                        "LeakyRelu", "PRelu", "Softmax", "HardSigmoid",
                                        "Tanh",      "Gelu",  "Elu",     "Selu"};
    const GraphNode &first = m_graph.nodes[static_cast<size_t>(node)];
    if (!first.layers.empty() || first.op.find("Normalization") != std::string::npos)
        return 0;
    return std::find(activations.begin(), activations.end(), first.op) == activations.end() ? 1 : 2;
}

/// The best start of the equal stretches of one length in [from, to), all of whose nodes equal the ones
/// `period` further on.
void Sequences::addCandidate(int from, int to, int period, int64_t &budget,
                             std::vector<Candidate> &found) const
{
    Candidate best;
    std::array<int, 4> bestRank{};
    for (int first = from; first < std::min(from + period, to - 2 * period + 1); ++first) {
        int repeats = 1;
        budget -= period;
        while (first + (repeats + 1) * period <= to && equal(first, first + repeats * period, period) &&
               follows(first + repeats * period, period)) {
            ++repeats;
            budget -= period;
        }
        if (repeats < 2)
            continue;
        int crossing = 0;
        for (int i = 1; i < repeats; ++i)
            crossing = std::max(crossing, m_crossing[static_cast<size_t>(first + i * period)]);
        const std::array<int, 4> rank = {crossing, startRank(first), -repeats, first};
        if (best.stretch.length == 0 || rank < bestRank) {
            bestRank = rank;
            best = {{first, period, repeats}, isChain(first, period), crossing == 1};
        }
    }
    const bool enough = best.chain ? best.stretch.repeats >= chainRepeats : period >= shortestBlock;
    if (best.stretch.length > 0 && enough)
        found.push_back(best);
}

std::vector<Sequences::Candidate> Sequences::candidates(int from, int to, const JobContext &ctx) const
{
    std::vector<Candidate> found;
    int64_t budget = mostComparisons;
    std::vector<int> explained(static_cast<size_t>(to - from), 0); // shortest period of a run there
    for (int period = 1; period <= std::min(longestBlock, (to - from) / 2) && budget > 0; ++period) {
        ctx.throwIfCancelled();
        int start = from;
        for (int i = from; i + period <= to; ++i) {
            if (i + period < to &&
                m_local[static_cast<size_t>(i)] == m_local[static_cast<size_t>(i + period)])
                continue;
            const int shorter = explained[static_cast<size_t>(start - from)];
            if (i - start >= period && (shorter == 0 || period % shorter != 0)) {
                const size_t before = found.size();
                addCandidate(start, i + period, period, budget, found);
                if (found.size() > before)
                    std::fill(explained.begin() + (start - from), explained.begin() + (i - from), period);
            }
            start = i + 1;
        }
    }
    return found;
}

bool Sequences::worthABlock(int first, int length) const
{
    return length >= shortestSingle && layers(first, length) > 0 &&
           (!isChain(first, length) || layers(first, length) > 1);
}

/// The stretches between the found ones that come again inside of another such.
std::vector<Stretch> Sequences::equalGaps(int from, int to, const std::vector<Stretch> &found) const
{
    std::vector<Stretch> gaps;
    int start = from;
    for (const Stretch &stretch : found) {
        if (stretch.first - start >= shortestSingle)
            gaps.push_back({start, stretch.first - start, 1});
        start = stretch.end();
    }
    if (to - start >= shortestSingle)
        gaps.push_back({start, to - start, 1});
    std::vector<Stretch> equalOnes;
    for (size_t i = 0; i < std::min<size_t>(gaps.size(), 200) && equalOnes.size() < 32; ++i) {
        const int length = gaps[i].length;
        const auto known = [&](const Stretch &other) {
            return other.length == length && equal(gaps[i].first, other.first, length);
        };
        const auto holdsIt = [&](const Stretch &other) {
            for (int at = other.first; other.first != gaps[i].first && at + length <= other.end(); ++at)
                if (equal(gaps[i].first, at, length))
                    return true;
            return false;
        };
        if (worthABlock(gaps[i].first, length) && std::none_of(equalOnes.begin(), equalOnes.end(), known) &&
            std::any_of(gaps.begin(), gaps.end(), holdsIt))
            equalOnes.push_back(gaps[i]);
    }
    return equalOnes;
}

/// Adds the stretches equal to one of the patterns where nothing is found yet.
void Sequences::addEqualOnes(std::vector<Stretch> patterns, int from, int to,
                             std::vector<Stretch> &found) const
{
    std::stable_sort(patterns.begin(), patterns.end(),
                     [](const Stretch &a, const Stretch &b) { return a.length > b.length; });
    std::vector<bool> taken(static_cast<size_t>(to - from), false);
    const auto take = [&](const Stretch &s) {
        std::fill(taken.begin() + (s.first - from), taken.begin() + (s.end() - from), true);
    };
    for (const Stretch &stretch : found)
        take(stretch);
    for (const Stretch &pattern : patterns) {
        if (!worthABlock(pattern.first, pattern.length))
            continue;
        for (int i = from; i + pattern.length <= to; ++i) {
            const auto begin = taken.begin() + (i - from);
            if (m_local[static_cast<size_t>(i)] != m_local[static_cast<size_t>(pattern.first)] ||
                std::find(begin, begin + pattern.length, true) != begin + pattern.length ||
                !equal(i, pattern.first, pattern.length))
                continue;
            found.push_back({i, pattern.length, 1});
            take(found.back());
        }
    }
    std::sort(found.begin(), found.end(),
              [](const Stretch &a, const Stretch &b) { return a.first < b.first; });
}

std::vector<Stretch> Sequences::find(int from, int to, const JobContext &ctx) const
{
    std::vector<Candidate> all = candidates(from, to, ctx);
    // Blocks apart from each other are seen as such: the smallest unit counts. Where something passes by (a
    // mask, a skip around several of them), the unit that explains most does. Chains come last.
    const auto rank = [](const Candidate &c) {
        const int saved = c.stretch.length * (c.stretch.repeats - 1);
        return c.chain      ? std::array{2, c.stretch.length, c.stretch.first}
               : c.separate ? std::array{0, c.stretch.length, c.stretch.first}
                            : std::array{1, -saved, c.stretch.first};
    };
    std::sort(all.begin(), all.end(), [&](const auto &a, const auto &b) { return rank(a) < rank(b); });
    std::vector<bool> taken(static_cast<size_t>(to - from), false);
    std::vector<Stretch> found;
    for (const Candidate &candidate : all) {
        const Stretch &s = candidate.stretch;
        const auto begin = taken.begin() + (s.first - from), end = taken.begin() + (s.end() - from);
        const bool small = !candidate.separate && !candidate.chain && s.length * (s.repeats - 1) < 8;
        if (small || layers(s.first, s.length) == 0 || std::find(begin, end, true) != end)
            continue;
        std::fill(begin, end, true);
        found.push_back(s);
    }
    std::sort(found.begin(), found.end(),
              [](const Stretch &a, const Stretch &b) { return a.first < b.first; });
    addEqualOnes(found, from, to, found);
    addEqualOnes(equalGaps(from, to, found), from, to, found);
    return found;
}

} // namespace lathe
