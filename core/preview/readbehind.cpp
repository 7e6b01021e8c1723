#include "core/preview/readbehind.h"

#include "core/model/proto.h"
#include "core/onnx/graphview.h"

namespace lathe {

std::set<std::string, std::less<>> readBehind(const Model &model, const std::vector<size_t> &layers)
{
    const Model::Content &content = model.content();
    std::vector<bool> behind(static_cast<size_t>(content.proto.graph().node_size()));
    for (const size_t layer : layers)
        if (const LayerSite &site = content.sites[layer]; site.graph == 0)
            behind[static_cast<size_t>(site.node)] = true;
    std::set<std::string, std::less<>> names;
    for (const int n : content.view->order(0)) {
        const auto node = static_cast<size_t>(n);
        const auto &reads = content.view->reads({0, n});
        for (const GraphView::Read &read : reads)
            if (read.maker && read.maker->graph == 0 && read.maker->kind == Definition::Kind::Node &&
                behind[static_cast<size_t>(read.maker->index)])
                behind[node] = true;
        if (behind[node])
            for (const GraphView::Read &read : reads)
                names.emplace(read.name);
    }
    return names;
}

} // namespace lathe
