// One section of an archive: the coder, how many bytes it stands for (three, lowest first), what it holds.
#include "core/archive/streamcoder.h"
#include "tests/fuzz/readers.h"

using namespace lathe;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    constexpr size_t head = 4;
    if (size < head)
        return 0;
    const ByteView coded = fuzz::bytesOf(data, size).subspan(head);
    const size_t announced = data[1] | size_t(data[2]) << 8U | size_t(data[3]) << 16U;
    if (announced > mostExpansion * (coded.size() + 1)) // no container lets it through
        return 0;
    fuzz::readOrRefuse([&] {
        const Bytes raw = decoded(static_cast<Coder>(data[0] % 5), coded, announced);
        fuzz::require(raw.size() == announced, "a section holds what it announces");
    });
    return 0;
}
