#pragma once
// The functions that a model brings along (ModelProto.functions), and which of them can be put in place of
// their calls. Inside core only.
#include "core/base/message.h"

#include <map>
#include <onnx/onnx_pb.h>
#include <string>
#include <tuple>
#include <vector>

namespace lathe {

struct LocalFunction {
    const onnx::FunctionProto *proto = nullptr;
    std::string name;                           ///< "pkg.Linear"
    std::vector<onnx::AttributeProto> defaults; ///< of attributes that a call may leave out
    Message obstacle;                           ///< why its calls stay ("it calls itself"); empty: they go
    int64_t nodes = 0;                          ///< with everything that it calls in place
    int64_t bytes = 0;                          ///< likewise, without constants that all calls share
    int subgraphLevels = 0;                     ///< likewise: branches inside branches
    int64_t references = 0;                     ///< attributes of its own nodes that a call gives
};

/// Whether a call's copy of the function may share the node's value with all other copies: a constant tensor.
bool isSharedConstant(const onnx::FunctionProto &function, const onnx::NodeProto &node);

class LocalFunctions {
public:
    /// The model must outlive the table, and its list of functions stay as it is.
    explicit LocalFunctions(const onnx::ModelProto &model);

    /// Null where the node calls no function of the model.
    const LocalFunction *find(const onnx::NodeProto &node) const;
    /// Versions of operator sets that the model has once all functions without an obstacle are in place.
    const std::map<std::string, int64_t> &imports() const { return m_imports; }

private:
    enum class State { New, Open, Done };
    struct Entry {
        LocalFunction function;
        State state = State::New;
    };
    using Key = std::tuple<std::string, std::string, std::string>; ///< domain, name, overload

    static Key keyOf(const google::protobuf::Message &message, const std::string &domain,
                     const std::string &name, int overloadField);
    void measure(Entry &entry, int level);
    void measure(LocalFunction &function, const onnx::NodeProto &node, int level, int subgraphs);
    void addVersion(LocalFunction &function, const std::string &domain);

    std::map<Key, Entry> m_entries;
    std::map<std::string, int64_t> m_imports;
};

} // namespace lathe
