// A preprocessor_config.json, and a picture that is made into an input by it.
#include "core/data/preprocessing.h"
#include "tests/fuzz/readers.h"

#include <vector>

using namespace lathe;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const Image image{5, 4, 3, std::vector<uint8_t>(5 * 4 * 3, 100)};
    constexpr int64_t smallInput = 1'000'000; // beyond, the same is done more often
    fuzz::readOrRefuse([&] {
        const Preprocessing steps = preprocessingFromJson(fuzz::textOf(data, size), "file");
        fuzz::require(preprocessingFromJson(toJson(steps), "file") == steps,
                      "a preprocessing is written as it was read");
        const Shape shape = sampleShape(image, steps);
        const int64_t count = elementCount(shape);
        if (count < 0 || count > smallInput)
            return;
        ValueInfo input{"x", ElementType::Float32, {1}, {}, true};
        input.shape.insert(input.shape.end(), shape.begin(), shape.end());
        std::vector<float> out(static_cast<size_t>(count));
        preprocess(image, steps, input, out);
    });
    return 0;
}
