#include "core/archive/codertimes.h"

#include "core/archive/sourcefile.h"
#include "core/archive/zstdcodec.h"
#include "core/base/error.h"
#include "core/base/median.h"

#include <chrono>
#include <functional>
#include <numeric>

namespace lathe {
namespace {

double secondsOf(const std::function<void()> &work)
{
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// One way to code a stretch of bytes, or several that go together.
struct Way {
    std::function<std::vector<Coded>()> encode;
    std::vector<uint64_t> sizes;
};

CoderTimes timed(const Way &way, const Bytes &raw, int rounds)
{
    std::vector<double> encoding, decoding;
    CoderTimes times;
    for (int round = 0; round < rounds; ++round) {
        std::vector<Coded> parts;
        encoding.push_back(secondsOf([&] { parts = way.encode(); }));
        Bytes back;
        decoding.push_back(secondsOf([&] {
            for (size_t i = 0; i < parts.size(); ++i) {
                const std::span<const uint64_t> sizes(way.sizes);
                const Bytes part =
                    decoded(parts[i].coder, parts[i].bytes, parts.size() > 1 ? sizes.subspan(i, 1) : sizes);
                back.insert(back.end(), part.begin(), part.end());
            }
        }));
        if (back != raw)
            throw Error(ErrorCode::Internal, Message::tr("A coder gave other bytes back."));
        times.bytes =
            std::accumulate(parts.begin(), parts.end(), int64_t{0}, [](int64_t sum, const Coded &part) {
                return sum + static_cast<int64_t>(part.bytes.size());
            });
    }
    times.encodeSeconds = median(encoding);
    times.decodeSeconds = median(decoding);
    return times;
}

WeightCoders timed(const SourceFile &file, const TensorUses &uses, const Unit &unit, int rounds)
{
    Bytes raw;
    std::vector<Bytes> stretches;
    Way way;
    for (const size_t place : unit.places) {
        stretches.push_back(file.file->read(file.places[place].offset, file.places[place].size));
        raw.insert(raw.end(), stretches.back().begin(), stretches.back().end());
        way.sizes.push_back(stretches.back().size());
    }
    WeightCoders result{unit.layer, static_cast<int64_t>(raw.size()), {}, {}, {}};
    way.encode = [&] { return std::vector{Coded{Coder::Zstd, zstdPacked(raw), 0}}; };
    result.zstd = timed(way, raw, rounds);
    way.encode = [&] {
        std::vector<Coded> parts;
        for (const Bytes &stretch : stretches)
            parts.push_back(codedCodes(stretch));
        return parts;
    };
    result.huffman = timed(way, raw, rounds);
    way.encode = [&] { return std::vector{rangeCoded(file, uses, unit).value()}; };
    result.range = rangeCoded(file, uses, unit) ? timed(way, raw, rounds) : result.huffman;
    return result;
}

} // namespace

std::vector<WeightCoders> coderTimes(const std::filesystem::path &model, int rounds, const JobContext &ctx)
{
    const Model source = Model::load(model, ctx.part(0.0, 0.1));
    const TensorUses uses = tensorUses(source);
    const SourceFile file = std::move(sourceFiles(source, std::make_shared<const InputFile>(model)).front());
    const std::vector<Unit> units = unitsOf(file, uses);
    std::vector<WeightCoders> result;
    for (size_t i = 0; i < units.size(); ++i) {
        ctx.checkpoint(0.1 + 0.9 * static_cast<double>(i) / static_cast<double>(units.size()),
                       Message::tr("timing coders"));
        if (units[i].isCodes)
            result.push_back(timed(file, uses, units[i], rounds));
    }
    return result;
}

} // namespace lathe
