#include "core/exporting/decodedhash.h"

#include "core/base/fileio.h"
#include "core/base/parallel.h"
#include "core/exporting/factorize.h"
#include "core/exporting/metadata.h"
#include "core/exporting/productnodes.h"
#include "core/exporting/replacedconstants.h"
#include "core/exporting/storedvalues.h"

#include <algorithm>

namespace lathe {
namespace {

std::string hashOf(const Tensor &tensor)
{
    return sha256Hex(std::span<const std::byte>(tensor.bytes));
}

/// Whether a run can show the layer's weight, and no other layer stands for it.
bool counts(const SourceGraph &graph, size_t layer)
{
    const Layer &l = graph.source().layers()[layer];
    return l.compressible() && graph.constantOf(layer).definition.graph == 0;
}

std::string hashesOfLayer(const SourceGraph &graph, size_t layer, const StoragePlan *plan,
                          const Encoding *encoding)
{
    std::string hashes;
    const Layer &l = graph.source().layers()[layer];
    if (counts(graph, layer)) {
        if (plan && encoding) {
            for (const Tensor &value : decodedValues(*plan, *encoding))
                hashes += hashOf(value);
        } else {
            hashes += hashOf(graph.constantValue(l.weightName, 0).value());
        }
    }
    if (plan && !plan->bias.empty())
        for (const onnx::TensorProto &constant : plan->fragment.constants)
            if (constant.name() == plan->bias)
                hashes += sha256Hex(constant.raw_data());
    return hashes;
}

std::string hashesOfConstants(const SourceGraph &graph, const Plans &plans,
                              const Tuning::Constants &constants)
{
    std::set<std::string> gone;
    for (const auto &plan : plans)
        if (plan)
            for (const GoneConstant &constant : plan->gone)
                gone.insert(constant.name);
    std::string hashes;
    for (const std::string &name : replaceableConstants(graph)) {
        if (gone.contains(name))
            continue;
        const auto replaced = constants.find(name);
        hashes +=
            hashOf(replaced != constants.end() ? replaced->second : graph.constantValue(name, 0).value());
    }
    return hashes;
}

} // namespace

std::string decodedHash(const SourceGraph &graph, const Plans &plans, const CompressedModel &compressed,
                        const JobContext &ctx)
{
    std::vector<std::string> hashes(plans.size());
    parallelFor(plans.size(), ctx, [&](size_t i) {
        hashes[i] = hashesOfLayer(graph, i, plans[i].get(), compressed.layers[i].code.weight.get());
    });
    std::string all;
    for (const std::string &hash : hashes)
        all += hash;
    if (compressed.tuning)
        all += hashesOfConstants(graph, plans, compressed.constants());
    return sha256Hex(all);
}

std::string decodedHash(const SourceGraph &graph, const Model &file, const JobContext &ctx)
{
    const GraphIndex &index = *file.content().index;
    const auto has = [&](const std::string &name) { return index.find(0, name).has_value(); };
    std::vector<std::string> names;
    for (size_t i = 0; i < graph.source().layers().size(); ++i) {
        const std::string prefix = graph.layerPrefix(i);
        if (counts(graph, i)) {
            if (has(prefix + firstFactorSuffix)) {
                for (char suffix = firstFactorSuffix; has(prefix + suffix); ++suffix)
                    names.push_back(prefix + suffix);
                if (has(prefix + residualSuffix))
                    names.push_back(prefix + residualSuffix);
            } else {
                names.push_back(graph.source().layers()[i].weightName);
            }
        }
        if (has(prefix + biasSuffix))
            names.push_back(prefix + biasSuffix);
    }
    if (file.metadata().contains(tuningHashKey))
        std::ranges::copy_if(replaceableConstants(graph), std::back_inserter(names), has);
    std::vector<ValuePlace> places;
    for (const std::string &name : names)
        places.push_back({0, name});
    std::vector<std::string> hashes(names.size());
    visitStoredValues(file, places, ctx,
                      [&](size_t i, const StoredValue &value) { hashes[i] = hashOf(value.tensor); });
    std::string all;
    for (const std::string &hash : hashes)
        all += hash;
    return sha256Hex(all);
}

} // namespace lathe
