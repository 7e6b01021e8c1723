// A file of trained values.
#include "core/compress/tuningfile.h"
#include "tests/fuzz/readers.h"

using namespace lathe;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const std::filesystem::path path = fuzz::written("values.tuning.npz", fuzz::textOf(data, size));
    fuzz::readOrRefuse([&] {
        const std::string bytes = tuningBytes(loadTuning(path));
        fuzz::require(tuningBytes(loadTuning(fuzz::written("again.tuning.npz", bytes))) == bytes,
                      "trained values are written as they were read");
    });
    return 0;
}
