#pragma once
// Encodings -> ONNX graph, in standard operators unless another form is chosen by name.
#include "core/compress/compressor.h"

namespace lathe {

/// The forms after Dense are used for each layer whose encoding has one exactly; the others are stored
/// compactly, and an issue says why.
enum class Storage {
    Compact,     ///< k bits as k bits, masks, whatever is smallest and exact for each layer
    Dense,       ///< decoded weights as plain initializers: loads fastest; what the preview runs
    QdqInt8,     ///< int8 or uint8 codes and DequantizeLinear
    QdqInt4,     ///< int4 or uint4 codes and DequantizeLinear; the model becomes one of opset 21
    MatMulNBits, ///< products with 4- or 8-bit codes by ONNX Runtime's own operator
    Sparse       ///< sparse initializers for pruned weights
};

struct LayerStorage {
    Message form;      ///< "plain", "codes 3 bit", "mask + codes 4 bit", "factors (plain, codes 8 bit)"
    int64_t bytes = 0; ///< bytes the layer's weight takes in the file, nodes and names included; what several
                       ///< layers share counts for the first of them
    std::vector<std::string> values; ///< names of the decoded constants in the exported graph, factors in
                                     ///< running order; empty: as it was
    std::vector<WeightLayout> layouts = {}; ///< as values: from the constant to the matrix of the encoding
    std::string bias = {}; ///< name of the constant that corrects the layer's output; empty: none
    int graph = 0;         ///< ordinal of the graph that all these constants belong to
};

/// Bits of a layer's codes, scales, tables and masks alone: LayerResult::theoreticalBits, but never more than
/// the file takes. A mask of one bit a weight is counted there, and forms that list what is kept do without.
int64_t bitsInTheory(const LayerResult &result, const LayerStorage &storage);

struct BuiltModel {
    Model model;
    std::vector<LayerStorage> layers; ///< as source.layers(); tied layers: 0 bytes
    std::vector<Issue> issues;        ///< "its values are stored as plain float32: operators that ..."
    std::optional<int64_t> macs;      ///< of one sample; empty when any layer's are unknown
};

/// What an export would weigh and cost.
struct FileCosts {
    int64_t fileBytes = 0;            ///< of the compact file: BuiltModel.model.serializedBytes()
    std::vector<LayerStorage> layers; ///< as in BuiltModel
    std::vector<Issue> issues;        ///< as in BuiltModel
    std::optional<int64_t> macs;      ///< as in BuiltModel
};

/// Values of constants by their names in the graph.
using NamedTensors = std::vector<std::pair<std::string, Tensor>>;

/// What a layer's dense form is made of.
struct LayerConstants {
    std::string structure; ///< two forms of a layer with an equal one differ in the numbers of `values` only
    NamedTensors values;   ///< decoded
    bool inMainGraph = true; ///< that they belong to
};

/// Turns compressed forms of one model into graphs and remembers how the layers it has seen are stored, so
/// that moving one control costs one layer. May be used from several threads.
class Exporter {
public:
    explicit Exporter(Model source);

    /// The graph of a compressed model. Untouched layers, and everything else of the source, are carried over
    /// as they are; a compressed constant is unpacked by nodes in front of its graph and keeps its name, so
    /// all that reads it goes on reading it. The recipe (JSON), the source's hash and Lathe's version go to
    /// metadata_props (lathe.recipe, lathe.source_sha256, lathe.version); where calibration data was used,
    /// its description and hash and that of the decoded weights too (lathe.calibration,
    /// lathe.calibration_sha256, lathe.decoded_sha256); where constants were replaced, the tuning's hash
    /// (lathe.tuning_sha256). Opset and IR version stay, but for QdqInt4. What a
    /// bias correction adds to a layer's output is in the graph in every form of storage.
    /// QdqInt4 is stored compactly, with an issue, where an operator means something else in opset 21.
    /// @param compressed made from this exporter's source, or from what it was rewritten to. @throws Error
    /// Internal. @throws Cancelled
    BuiltModel build(const CompressedModel &compressed, Storage storage, const JobContext &ctx = {});
    /// The same figures for the compact file without building it: milliseconds where one layer changed.
    /// A weight inside a subgraph may make it a few bytes off, as may a model of more than 2 GB.
    FileCosts costs(const CompressedModel &compressed, const JobContext &ctx = {});
    /// What build(Storage::Dense) would put into the graph for one layer, the stored constant of an untouched
    /// one included.
    LayerConstants constants(const CompressedModel &compressed, size_t layer);
    /// What it would put there for no layer alone: replaced constants, but biases that a layer's correction
    /// is added to, which are among that layer's.
    Tuning::Constants looseConstants(const CompressedModel &compressed);

private:
    friend BuiltModel buildModel(const CompressedModel &, Storage, const JobContext &);
    struct State;
    struct States;
    std::shared_ptr<State> stateOf(const CompressedModel &compressed);
    explicit Exporter(std::shared_ptr<State> state);
    std::shared_ptr<State> m_state;
    std::shared_ptr<States> m_states;
};

/// Multiply-accumulates of the compressed model, as FileCosts::macs.
std::optional<int64_t> macsOf(const CompressedModel &compressed);

/// For one time: what Exporter(compressed.source).build() gives, without remembering anything.
BuiltModel buildModel(const CompressedModel &compressed, Storage storage, const JobContext &ctx = {});

} // namespace lathe
