// One section of an archive: the coder, how many bytes it stands for (three, lowest first), of them how many
// in a second stretch (likewise), what it holds.
#include "core/archive/streamcoder.h"
#include "tests/fuzz/readers.h"

using namespace lathe;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    constexpr size_t head = 7;
    constexpr int coders = 10;
    if (size < head)
        return 0;
    const ByteView coded = fuzz::bytesOf(data, size).subspan(head);
    const auto number = [data](size_t at) {
        return data[at] | uint64_t(data[at + 1]) << 8U | uint64_t(data[at + 2]) << 16U;
    };
    const uint64_t announced = number(1), second = std::min(number(4), announced);
    if (announced > mostExpansion * (coded.size() + 1)) // no container lets it through
        return 0;
    const auto coder = static_cast<Coder>(data[0] % coders);
    std::vector<uint64_t> sizes{announced - second};
    if (coder == Coder::Mask || coder == Coder::Steps)
        sizes.push_back(second);
    const std::vector<Hole> holes{{second, 100}};
    fuzz::readOrRefuse([&] {
        const Bytes raw = decoded(coder, coded, sizes, holes);
        fuzz::require(raw.size() == sizes.front() + (sizes.size() > 1 ? second : 0),
                      "a section holds what it announces");
    });
    return 0;
}
