#pragma once
// What trains: a narrow interface. Its one implementation stands on libtorch in a library of its own, which
// is loaded when training is first asked for (loadEngine).
#include "core/methods/encoding.h"
#include "core/model/layer.h"

#include <map>
#include <memory>
#include <set>

namespace onnx {
class ModelProto;
}

namespace lathe {

class Model;

namespace train {

/// A weight that is made from an encoding while it trains: mask, assignment of a codebook, rank, width and
/// zero points stay as they are; values, scales, tables and factors are trained.
struct WeightForm {
    std::string constant; ///< of the main graph
    WeightLayout layout;  ///< from the constant to the matrix
    Encoding encoding;
    /// What a matrix of codes was made from: what is rounded begins there, where the codes are the nearest
    /// ones. Without values, or where the codes were chosen otherwise: at the codes.
    Matrix original = {};
};

/// What may change.
struct Trainable {
    std::vector<WeightForm> weights = {};
    /// Trained as they are: biases, scales and shifts of normalizations. Float, of the main graph.
    std::vector<std::string> constants = {};
    /// Statistics of batch normalizations: by the batch while training, running means kept. Only of those
    /// whose statistics are constants that no other node reads.
    bool batchStatistics = false;
    bool drops = false; ///< whether the graph's dropout drops
    /// The graph takes one sample at a time: the gradients of a batch are those of its samples, added up.
    bool oneByOne = false;
};

/// What stays as it is for a while, though it may change.
struct Fixed {
    std::set<std::string> constants; ///< names, of weights' too
    bool statistics = false;         ///< normalizations go by their running means
    bool dropout = false;            ///< nothing is dropped
};

struct Optimizer {
    enum class Kind { Sgd, Adam, AdamW };
    Kind kind = Kind::Sgd;
    double momentum = 0.9; ///< Sgd; Nesterov's (Sutskever et al. 2013)
    double beta1 = 0.9, beta2 = 0.999;
    double weightDecay = 0;
    double clip = 0; ///< largest norm of the whole gradient; 0: none
    /// The rate is in shares of what moves: of the size that a row of weights, a scale or a constant began
    /// with. For Adam and AdamW, whose steps know no sizes.
    bool relative = false;
    bool operator==(const Optimizer &) const = default;
};

/// What is made small: a weighted sum.
struct Loss {
    std::string output; ///< of the model: scores [N, classes] before or after a softmax
    bool isProbability = false;
    double labels = 0;       ///< cross-entropy
    double distillation = 0; ///< KL to the teacher's output at `temperature`, times its square (Hinton et al.
                             ///< 2015, arXiv:1503.02531, section 2)
    double temperature = 2;
    double features = 0; ///< mean squared difference of each value in `featureValues`, relative to the
                         ///< teacher's mean square
    std::vector<std::string> featureValues = {};
    /// Classes that the teacher tells apart, rising; empty: all. Others and, where there are labels, samples
    /// of others are none of its business.
    std::vector<int64_t> taught = {};
};

struct Batch {
    std::map<std::string, Tensor> inputs;
    std::vector<int64_t> labels;  ///< empty: none
    Tensor teacher;               ///< the teacher's output; without bytes: none
    std::vector<Tensor> features; ///< the teacher's, as Loss::featureValues
    uint64_t seed = 0;            ///< of what a step leaves to chance (dropout): same seed, same step
};

/// What is computed with; weights and sums stay float32.
enum class Precision { Float32, BFloat16 };

struct LossValue {
    double total = 0, labels = 0, distillation = 0, features = 0;
    double gradientNorm = 0; ///< before it was clipped
};

/// What one node takes in a step.
struct NodeTime {
    std::string node, operatorType;
    double forward = 0, backward = 0; ///< seconds
};

/// A model while it trains. Not for several threads at a time.
class Network {
public:
    virtual ~Network() = default;

    /// Values of these names, nothing learned from it.
    virtual std::vector<Tensor> run(const std::map<std::string, Tensor> &inputs,
                                    const std::vector<std::string> &wanted) = 0;
    /// One that has not moved anything yet.
    virtual void setOptimizer(const Optimizer &optimizer) = 0;
    /// At first nothing. For before setOptimizer().
    virtual void setFixed(const Fixed &fixed) = 0;
    virtual void setPrecision(Precision precision) = 0;
    /// These constants are computed with, and given, as multiples of a power of two that so many bits tell
    /// with their sign; what moves behind them is finer (straight-through: Bengio et al. 2013,
    /// arXiv:1308.3432). The power is the least that holds a constant's largest value.
    /// @param bits 2 to 16, or 0: as they are
    virtual void setBiasBits(const std::set<std::string> &constants, int bits) = 0;
    /// Another mask for a weight of plain values; its values come back where it says so again.
    /// @param regrows whether what is masked goes on to move, unseen, so that it can come back (Dynamic
    /// Network Surgery: Guo et al. 2016, arXiv:1608.04493)
    /// @throws Error InvalidArgument: its encoding is no matrix of plain values
    virtual void setKept(size_t weight, const std::vector<uint8_t> &kept, bool regrows) = 0;
    /// Of such a weight what is behind the mask. @throws as setKept()
    virtual Matrix unmasked(size_t weight) const = 0;
    /// Forward, loss, backward, update.
    /// @throws Error NumericFailure (the loss or a gradient is no number: nothing was changed), Unsupported,
    /// InvalidArgument (what the loss needs is not in the batch)
    virtual LossValue step(const Batch &batch, const Loss &loss, double rate) = 0;
    /// The loss alone, as when the network is used.
    virtual LossValue evaluate(const Batch &batch, const Loss &loss) = 0;
    /// Of the loss by each weight's matrix, as Trainable::weights, added to `sums` and squared to `squares`.
    virtual void addGradients(const Batch &batch, const Loss &loss, std::vector<Matrix> &sums,
                              std::vector<Matrix> &squares) = 0;

    /// Of one step's forward and backward pass, in the order of the graph; nothing is learned from it.
    virtual std::vector<NodeTime> profile(const Batch &batch, const Loss &loss) = 0;

    /// What has become of the weights, in the structure they came with; and of the constants, statistics of
    /// normalizations among them.
    virtual std::vector<Encoding> weights() const = 0;
    virtual std::map<std::string, Tensor> constants() const = 0;
    /// All that a later run needs to go on as if it had never stopped. @throws Error InvalidArgument for
    /// another network's
    virtual std::string state() const = 0;
    virtual void setState(const std::string &state) = 0;
};

/// The network of a model as one writes it by hand against the engine's library, to measure against.
class Twin {
public:
    virtual ~Twin() = default;
    /// As Network::step() by labels alone with the ordinary optimizer. @returns the loss
    virtual double step(const Batch &batch, double rate) = 0;
};

struct MissingOperator {
    std::string node, operatorType;
};

class Engine {
public:
    virtual ~Engine() = default;
    /// Nodes that cannot be trained through. @throws Error MalformedModel
    virtual std::vector<MissingOperator> missing(const Model &model) const = 0;
    /// @throws Error Unsupported (as missing), InvalidArgument (no such constant)
    virtual std::unique_ptr<Network> network(const Model &model, const Trainable &trainable) const = 0;
    /// Null: there is none for this model.
    virtual std::unique_ptr<Twin> twin(const Model &model) const = 0;
    virtual void setThreads(int count) = 0;
    virtual std::string version() const = 0; ///< "libtorch 1.13.1"
};

/// Whether loadEngine() will find the library, told without loading it where that can be.
bool engineIsThere();

/// Loads the library once; the same engine from then on.
/// @throws Error Unsupported with what to install
Engine &loadEngine();

} // namespace train
} // namespace lathe
