#pragma once
// Carries out layer plans on a copy of the source's graph. Inside core/exporting only.
#include "core/exporting/replacedconstants.h"
#include "core/exporting/storageplan.h"

#include <set>

namespace lathe {

class GraphEdit {
public:
    /// Whether a plan's constants are needed afterwards: these may be most of the model.
    enum class Plan { Kept, Used };

    explicit GraphEdit(const SourceGraph &source) : m_source(source) {}
    void add(size_t layer, std::shared_ptr<StoragePlan> plan, Plan afterwards);
    /// Values in place of those of constants of the main graph. @param constants must outlive finish()
    void replaceConstants(const Tuning::Constants &constants) { m_replaced = &constants; }
    /// The edited model, without new metadata. @throws Error Internal
    onnx::ModelProto finish();

private:
    struct Changes { ///< of one graph, by ordinal
        std::vector<StoragePlan *> plans;
        std::set<int> goneInitializers;
        std::set<int> goneNodes;
        std::map<int, const StoragePlan *> replacedNodes;
    };
    void carryOut(const Changes &changes, onnx::GraphProto &graph);
    void addConstants(StoragePlan &plan, onnx::GraphProto &graph);
    void importDomains();
    void addConstant(onnx::TensorProto constant, onnx::GraphProto &graph);

    const SourceGraph &m_source;
    std::map<int, Changes> m_changes;
    std::vector<std::shared_ptr<StoragePlan>> m_plans;
    std::set<const StoragePlan *> m_used;
    const Tuning::Constants *m_replaced = nullptr;
    std::set<std::string> m_goneInputs;
    std::set<std::string> m_sharedThere;
    onnx::ModelProto m_proto;
};

} // namespace lathe
