// An IDX file, plain or compressed.
#include "core/data/idx.h"
#include "tests/fuzz/readers.h"

using namespace lathe;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const std::filesystem::path path = fuzz::written("array.idx", fuzz::textOf(data, size));
    fuzz::readOrRefuse([&] {
        const Tensor tensor = readIdx(path);
        fuzz::require(tensor.bytes.size() * 8 == size_t(tensor.count() * elementBits(tensor.type)),
                      "an array has the bytes of its shape");
    });
    return 0;
}
