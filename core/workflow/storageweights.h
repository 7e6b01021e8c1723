#pragma once
// What a compressed model would weigh in each form of storage.
#include "core/exporting/graph.h"

#include <functional>

namespace lathe {

struct StorageWeight {
    Storage storage = Storage::Compact;
    int64_t bytes = 0;                ///< of the file
    std::vector<LayerStorage> layers; ///< as the model's
    std::vector<Issue> issues;        ///< of compressing and of building
    Message failure;                  ///< why the model cannot be written so; empty: it can
};

/// Hands over one form after the other, on the calling thread.
/// @param tuning laid over the recipe; null: none
/// @throws Error as Compressor::compress() does. @throws Cancelled
void weighStorages(Compressor &compressor, Exporter &exporter, const Recipe &recipe,
                   std::span<const Storage> storages, const std::function<void(StorageWeight)> &deliver,
                   const JobContext &ctx = {}, std::shared_ptr<const Tuning> tuning = nullptr);

} // namespace lathe
