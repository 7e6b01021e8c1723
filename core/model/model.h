#pragma once
#include "core/base/issue.h"
#include "core/base/job.h"
#include "core/base/matrix.h"
#include "core/model/layer.h"
#include "core/onnx/tensor.h"

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace lathe {

/// An ONNX model in memory. What Lathe does not understand stays in it untouched and is saved as it was read.
/// Copying is cheap (shared, immutable content); an edit is made on a copy by core/exporting through
/// core/model/proto.h.
class Model {
public:
    /// Reads a file, finds its layers and infers shapes. External tensors stay in their files, only inside
    /// the model's folder.
    /// @throws Error FileUnreadable (no such file); MalformedModel (empty, truncated, not ONNX, no graph, no
    /// opset, declared
    ///   sizes that the data does not have, a cycle, external data outside the folder or past its file's
    ///   end).
    static Model load(const std::filesystem::path &path, const JobContext &ctx = {});
    /// The same from bytes in memory; external data is looked for in `folder`, refused when `folder` is
    /// empty.
    static Model parse(std::string_view bytes, const std::filesystem::path &folder = {},
                       const JobContext &ctx = {});

    /// Writes the whole file or nothing. Weights that were external go inline while the file stays below 2 GB
    /// (less `headroom`), else all large ones go to one file NAME.data beside it.
    /// @returns bytes written in all files. @throws Error FileUnwritable
    int64_t save(const std::filesystem::path &path) const;
    /// Bytes that save() would write.
    int64_t serializedBytes() const;
    /// One self-contained ONNX file in memory. @throws Error Unsupported above 2 GB.
    std::string serialize() const;

    const std::filesystem::path &path() const; ///< where it was loaded from; empty when built in memory
    std::vector<std::filesystem::path> dataFiles() const; ///< of external tensors
    int64_t fileBytes() const; ///< size on disk with external data; serializedBytes() when built in memory
    const std::string &sha256()
        const; ///< of the file's bytes (of the .onnx file alone when data is external); computed on first use

    const std::vector<ValueInfo> &
    inputs() const; ///< what must be fed: initializers listed as inputs are left out
    const std::vector<ValueInfo> &outputs() const;
    int64_t irVersion() const;
    int64_t opset() const;                                ///< of the standard domain; 0 when not imported
    const std::map<std::string, int64_t> &opsets() const; ///< domain ("" = standard) -> version
    const std::string &producer() const;
    const std::map<std::string, std::string> &metadata() const; ///< metadata_props
    std::map<std::string, int>
    operatorCounts() const; ///< "Conv" -> 52, domains written out for others; subgraphs included

    const std::vector<Layer> &layers() const; ///< in graph order, subgraphs included
    /// @throws Error InvalidArgument naming the nearest layer names.
    size_t layerIndex(std::string_view name) const;
    /// The weight matrix [rows, cols], any float type widened. @throws Error Unsupported for a layer that is
    /// untouchable.
    Matrix weight(size_t layer) const;

    /// Elements of all constants that are numbers, or codes that stand for numbers.
    int64_t parameterCount() const;
    /// Whether there are weights besides, packed so that they cannot be counted.
    bool hasMoreParameters() const;
    /// Multiply-accumulates for one sample: of the layers and of products of computed values. Empty when
    /// those of a layer are unknown.
    std::optional<int64_t> macs() const;
    int64_t macsOutsideLayers() const; ///< the part of macs() that belongs to no layer
    /// Whether something multiplies besides: macs() is a lower bound then.
    bool hasMoreMacs() const;
    /// The same model with shapes and MACs of its layers completed from a real run (core/runtime/shapes.h).
    Model withLayerShapes(const std::map<std::string, Shape> &shapeOfValue) const;
    /// The same model with one more thing found out about it.
    Model withIssue(Issue issue) const;
    const std::vector<Issue> &issues() const; ///< odd things found on loading

    struct Content; ///< defined in core/model/proto.h, for core only
    explicit Model(std::shared_ptr<const Content> content);
    const Content &content() const { return *m_content; }

private:
    std::shared_ptr<const Content> m_content;
};

} // namespace lathe
