#pragma once
// Carries out layer plans on a copy of the source's graph. Internal to core/exporting.
#include "core/exporting/layerplan.h"

#include <set>

namespace lathe {

class GraphEdit {
public:
    explicit GraphEdit(const SourceGraph &source) : m_source(source) {}
    void add(size_t layer, std::shared_ptr<const LayerPlan> plan);
    /// The edited model, without new metadata.
    onnx::ModelProto finish();

private:
    struct Changes { ///< of one graph, by ordinal
        std::vector<const LayerPlan *> plans;
        std::set<int> goneInitializers;
        std::set<int> goneNodes;
        std::map<int, const LayerPlan *> replacedNodes;
    };
    void carryOut(const Changes &changes, onnx::GraphProto &graph);
    void addConstants(const LayerPlan &plan, onnx::GraphProto &graph);
    void importDomains();
    void addConstant(const onnx::TensorProto &constant, onnx::GraphProto &graph);

    const SourceGraph &m_source;
    std::map<int, Changes> m_changes;
    std::vector<std::shared_ptr<const LayerPlan>> m_plans;
    std::set<std::string> m_goneInputs;
    std::set<std::string> m_sharedThere;
    onnx::ModelProto m_proto;
};

} // namespace lathe
