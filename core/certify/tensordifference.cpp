#include "core/certify/tensordifference.h"

#include "core/certify/outputdifference.h"
#include "core/model/proto.h"
#include "core/onnx/graphindex.h"

#include <algorithm>
#include <limits>
#include <map>

namespace lathe {
namespace {

std::map<std::string, Tensor> valuesOf(const Model &model, SessionOptions options,
                                       const std::vector<std::string> &names, const std::vector<Tensor> &feed,
                                       const JobContext &ctx)
{
    for (const std::string &name : names)
        if (std::ranges::none_of(model.outputs(),
                                 [&](const ValueInfo &output) { return output.name == name; }))
            options.extraOutputs.push_back(name);
    const Session session(model, options);
    std::vector<Tensor> results = session.run(std::vector<TensorView>(feed.begin(), feed.end()), ctx);
    std::map<std::string, Tensor> values;
    for (size_t i = 0; i < results.size(); ++i)
        values[session.outputs()[i].name] = std::move(results[i]);
    return values;
}

} // namespace

std::vector<TensorDifference> tensorDifferences(const Model &source, const Model &tested,
                                                const Model &reference, const TensorRunOptions &options,
                                                const std::vector<Tensor> &feed, const JobContext &ctx)
{
    const Model::Content &content = source.content();
    std::vector<TensorDifference> differences;
    std::vector<std::string> names;
    for (size_t i = 0; i < source.layers().size(); ++i) {
        const LayerSite &site = content.sites[i];
        const std::string &name = content.index->node(NodeRef{site.graph, site.node}).output(0);
        if (site.graph != 0 || name.empty() || !tested.content().index->find(0, name))
            continue; // of the last: it went with its block
        differences.push_back({source.layers()[i].name, name, 0.0});
        if (std::ranges::find(names, name) == names.end()) // both weights of an LSTM make one output
            names.push_back(name);
    }
    const auto found = valuesOf(tested, options.tested, names, feed, ctx);
    const auto expected = valuesOf(reference, options.reference, names, feed, ctx);
    for (TensorDifference &difference : differences) {
        OutputDifference compared;
        const bool alike = compared.add({found.at(difference.tensor)}, {expected.at(difference.tensor)});
        difference.relative = alike ? compared.relative() : std::numeric_limits<double>::infinity();
    }
    return differences;
}

} // namespace lathe
