#pragma once
// Nodes and constants that are to be added to a graph, counted in file bytes. Inside core only.
#include "core/model/proto.h"
#include "core/onnx/filebytes.h"

#include <initializer_list>
#include <utility>
#include <variant>

namespace lathe {

/// What is to be known of a model before anything can be added to it.
struct ExportTarget {
    int64_t opset = 0;
    bool listConstants = false; ///< IR 3: every initializer is also an input
    std::string prefix;         ///< of new names; no name of the source starts so
};

struct Fragment {
    std::vector<onnx::NodeProto> nodes;       ///< in running order
    std::vector<onnx::TensorProto> constants; ///< of this fragment alone
    std::vector<onnx::SparseTensorProto> sparse;
    std::map<std::string, onnx::TensorProto>
        shared; ///< by name; equal names hold equal content in all fragments of a model
    void append(Fragment other);
};

/// Bytes in the file, with tags and lengths. Shared constants are not counted.
int64_t fileBytes(const Fragment &fragment, const ExportTarget &target);
int64_t fileBytes(const onnx::TensorProto &constant, const ExportTarget &target);
int64_t fileBytes(const onnx::NodeProto &node);
/// The input that lists a constant in a model of IR 3.
onnx::ValueInfoProto listing(const onnx::TensorProto &constant);

/// 0..9, a..z, 10, 11, ...: the shorter, the smaller the file.
std::string shortNumber(size_t number);

using NodeAttribute = std::variant<int64_t, float, std::vector<int64_t>>;
using NodeAttributes = std::initializer_list<std::pair<const char *, NodeAttribute>>;
onnx::NodeProto makeNode(const char *op, const std::vector<std::string> &inputs, const std::string &output,
                         NodeAttributes attributes = {});

/// Collects nodes and gives their outputs short names: PREFIX.a, PREFIX.b, ...
class FragmentBuilder {
public:
    FragmentBuilder(const ExportTarget &target, std::string prefix)
        : m_target(&target), m_prefix(std::move(prefix))
    {
    }
    const ExportTarget &target() const { return *m_target; }
    const std::string &prefix() const { return m_prefix; }

    std::string constant(const Tensor &tensor);
    /// A constant that other fragments may hold too. `key` says all that its content depends on.
    std::string shared(const std::string &key, const Tensor &tensor);
    std::string node(const char *op, const std::vector<std::string> &inputs, NodeAttributes attributes = {});
    void append(Fragment other) { m_fragment.append(std::move(other)); }
    /// The fragment, with what was called `value` (an output of the last node, or a constant) called `name`.
    Fragment finish(const std::string &value, const std::string &name);
    Fragment take() { return std::move(m_fragment); }

private:
    std::string nextName();
    const ExportTarget *m_target;
    std::string m_prefix;
    size_t m_names = 0;
    Fragment m_fragment;
};

} // namespace lathe
