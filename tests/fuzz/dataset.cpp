// dataset.json in a folder that holds something for every format.
#include "core/data/dataset.h"
#include "tests/fuzz/readers.h"
#include "tests/support/samplefiles.h"

#include <algorithm>

using namespace lathe;

namespace {

Tensor counted(ElementType type, const Shape &shape)
{
    Tensor tensor = makeTensor(type, shape);
    for (size_t i = 0; i < tensor.bytes.size(); ++i)
        tensor.bytes[i] = static_cast<std::byte>(i % 3);
    return tensor;
}

std::filesystem::path makeFolder()
{
    const std::filesystem::path folder = fuzz::scratch() / "data";
    for (const char *image : {"cat/a.ppm", "dog/b.ppm", "images/c.ppm"})
        test::writePpm(folder / image, 2, 1, {1, 2, 3, 4, 5, 6});
    test::writeText(folder / "list.txt", "images/c.ppm 0\ncat/a.ppm 1\n");
    test::writeText(folder / "names.txt", "0 cat\n1 dog\n2 bird\n");
    test::writeText(folder / "x.idx", test::idxBytes(counted(ElementType::UInt8, {4, 3, 3})));
    test::writeText(folder / "y.idx", test::idxBytes(counted(ElementType::UInt8, {4})));
    test::writeNpy(folder / "x.npy", counted(ElementType::Float32, {4, 2}));
    test::writeNpy(folder / "y.npy", counted(ElementType::UInt8, {4}));
    return folder;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const std::filesystem::path folder = makeFolder();
    fuzz::written("data/dataset.json", fuzz::textOf(data, size));
    for (const char *part : {"", ":train", "#first"})
        fuzz::readOrRefuse([&] {
            const Dataset set = Dataset::open(folder.string() + part);
            for (size_t i = 0; i < std::min<size_t>(set.size(), 3); ++i) {
                set.sampleName(i);
                set.label(i);
                if (set.holdsImages())
                    set.image(i);
            }
        });
    return 0;
}
