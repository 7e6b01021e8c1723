#include "core/runtime/profilednames.h"

#include <map>
#include <set>

namespace lathe {

std::vector<std::string> profiledNames(const onnx::GraphProto &graph)
{
    std::map<std::string, int> nodes;
    for (const onnx::NodeProto &node : graph.node())
        ++nodes[node.name()];
    std::set<std::string> taken;
    for (const auto &[name, count] : nodes)
        taken.insert(name);
    std::vector<std::string> names;
    for (const onnx::NodeProto &node : graph.node()) {
        if (!node.name().empty() && nodes.at(node.name()) == 1) {
            names.push_back(node.name());
            continue;
        }
        std::string name = node.output_size() > 0 ? node.output(0) : node.op_type();
        while (!taken.insert(name).second)
            name += '#';
        names.push_back(std::move(name));
    }
    return names;
}

} // namespace lathe
