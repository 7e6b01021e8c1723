#pragma once
// Equal stretches in the sequence of a graph's nodes. Inside core/graph only.
#include "core/graph/modelgraph.h"

namespace lathe {

struct Stretch {
    int first = 0, length = 0;
    int repeats = 1; ///< so many equal ones follow each other

    int end() const { return first + length * repeats; }
};

class Sequences {
public:
    explicit Sequences(const ModelGraph &graph);

    /// The same operators, connected in the same way among each other.
    bool equal(int first, int other, int length) const;
    /// Blocks inside of [from, to), in order: those that repeat at once, and single ones that are equal to
    /// one of these or to each other.
    std::vector<Stretch> find(int from, int to, const JobContext &ctx) const;

private:
    struct Candidate;
    std::vector<Candidate> candidates(int from, int to, const JobContext &ctx) const;
    void addCandidate(int from, int to, int period, int64_t &budget, std::vector<Candidate> &found) const;
    bool follows(int first, int length) const;
    bool isChain(int first, int length) const;
    int layers(int first, int length) const;
    int startRank(int node) const;
    bool worthABlock(int first, int length) const;
    void addEqualOnes(std::vector<Stretch> patterns, int from, int to, std::vector<Stretch> &found) const;
    std::vector<Stretch> equalGaps(int from, int to, const std::vector<Stretch> &found) const;

    const ModelGraph &m_graph;
    std::vector<size_t> m_local; ///< by node: what it does and how many nodes feed it
    std::vector<int> m_crossing; ///< by node: tensors that are made before it and read by it or after it
};

} // namespace lathe
