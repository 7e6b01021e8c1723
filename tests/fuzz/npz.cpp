// A zip file of arrays.
#include "core/data/npy.h"
#include "tests/fuzz/readers.h"

using namespace lathe;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const std::filesystem::path path = fuzz::written("arrays.npz", fuzz::textOf(data, size));
    fuzz::readOrRefuse([&] { readNpz(path); });
    fuzz::readOrRefuse([&] { readNpz(path, "labels"); });
    return 0;
}
