#include "core/exporting/storagenames.h"

#include <algorithm>

namespace lathe {

const std::map<std::string, Storage> &storageNames()
{
    static const std::map<std::string, Storage> names{
        {"compact", Storage::Compact},
        {"dense", Storage::Dense},
        {"qdq8", Storage::QdqInt8},
        {"qdq4", Storage::QdqInt4},
        {"matmulnbits", Storage::MatMulNBits},
        {"sparse", Storage::Sparse},
    };
    return names;
}

const std::string &nameOf(Storage storage)
{
    return std::ranges::find(storageNames(), storage, [](const auto &entry) { return entry.second; })->first;
}

} // namespace lathe
