// One array of NumPy.
#include "core/data/npy.h"
#include "tests/fuzz/readers.h"

using namespace lathe;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz::readOrRefuse([&] {
        const Tensor tensor = parseNpy(fuzz::bytesOf(data, size), Message::verbatim("array"));
        fuzz::require(tensor.bytes.size() * 8 == size_t(tensor.count() * elementBits(tensor.type)),
                      "an array has the bytes of its shape");
    });
    return 0;
}
