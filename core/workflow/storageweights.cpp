#include "core/workflow/storageweights.h"

namespace lathe {
namespace {

StorageWeight weigh(Exporter &exporter, const CompressedModel &compressed, Storage storage,
                    const JobContext &ctx)
{
    StorageWeight weight;
    weight.storage = storage;
    weight.issues = compressed.issues;
    try {
        const BuiltModel built = exporter.build(compressed, storage, ctx);
        weight.bytes = built.model.serializedBytes();
        weight.layers = built.layers;
        weight.issues.insert(weight.issues.end(), built.issues.begin(), built.issues.end());
    } catch (const Error &error) {
        weight.failure = error.message();
    }
    return weight;
}

} // namespace

void weighStorages(Compressor &compressor, Exporter &exporter, const Recipe &recipe,
                   std::span<const Storage> storages, const std::function<void(StorageWeight)> &deliver,
                   const JobContext &ctx, std::shared_ptr<const Tuning> tuning)
{
    const CompressedModel compressed = compressor.compress(recipe, std::move(tuning), ctx.part(0.0, 0.2));
    const double step = 0.8 / static_cast<double>(storages.size());
    double from = 0.2;
    for (const Storage storage : storages) {
        deliver(weigh(exporter, compressed, storage, ctx.part(from, from + step)));
        from += step;
    }
}

} // namespace lathe
