#include "core/archive/archive.h"

#include "core/archive/container.h"
#include "core/archive/sourcefile.h"
#include "core/base/error.h"
#include "core/base/fileio.h"
#include "core/base/inputfile.h"
#include "core/base/outputs.h"
#include "core/base/parallel.h"

#include <algorithm>
#include <atomic>
#include <ostream>

namespace lathe {
namespace {

void encode(std::vector<SourceFile> &files, const TensorUses &uses, const JobContext &ctx)
{
    std::vector<std::pair<size_t, size_t>> work;
    for (size_t f = 0; f < files.size(); ++f) {
        files[f].units = unitsOf(files[f], uses);
        for (size_t i = 0; i < files[f].units.size(); ++i)
            work.emplace_back(f, i);
    }
    std::atomic<size_t> done = 0;
    parallelFor(work.size(), ctx, [&](size_t item) {
        SourceFile &file = files[work[item].first];
        encodeUnit(file, uses, file.units[work[item].second]);
        ctx.checkpoint(static_cast<double>(++done) / static_cast<double>(work.size()),
                       Message::tr("coding constant {} of {}", done.load(), work.size()));
    });
    parallelFor(files.size(), ctx, [&](size_t f) {
        SourceFile &file = files[f];
        const std::vector<Hole> holes = holesOf(file.cuts());
        file.rest = codedRest(file.restBytes(holes), holes);
        file.sha256 = sha256(*file.file);
    });
}

Section sectionOf(const Coded &coded)
{
    return {coded.coder, {}, coded.bytes};
}

ArchivedFile archived(const SourceFile &file)
{
    ArchivedFile result{file.name, file.file->size(), file.sha256, {}, {}, {}, {}};
    for (const Unit &unit : file.units)
        for (const Coded &part : unit.taken)
            result.sections.push_back(sectionOf(part));
    uint64_t restBytes = file.file->size();
    const std::vector<SourceFile::Cut> cuts = file.cuts();
    result.holes = holesOf(cuts);
    for (const SourceFile::Cut &cut : cuts) {
        result.sectionOf.push_back(cut.section);
        result.sections[cut.section].sizes.push_back(cut.place.size);
        restBytes -= cut.place.size;
    }
    result.rest = sectionOf(file.rest);
    result.rest.sizes = {restBytes};
    return result;
}

const char *coderName(Coder coder)
{
    switch (coder) {
    case Coder::Cells:
    case Coder::Mask:
    case Coder::Steps:
        return "range";
    case Coder::Words:
        return "huffman";
    case Coder::Runs:
        return "huffman of runs";
    default:
        return "zstd";
    }
}

PackedStream streamOf(const SourceFile &file, const Unit &unit)
{
    PackedStream stream{unit.name, unit.layer,
                        coderName(unit.taken.size() > 1 ? unit.huffman.coder : unit.taken.front().coder)};
    stream.codeBits = unit.codeBits;
    stream.codes = static_cast<int64_t>(unit.codes);
    stream.rawBytes = static_cast<int64_t>(file.rawBytes(unit));
    stream.bytes = static_cast<int64_t>(unit.bytes());
    stream.shannonBytes = unit.boundBits / 8.0;
    stream.tableBytes = unit.huffman.tableBytes;
    stream.huffmanBytes = static_cast<int64_t>(unit.huffman.bytes.size()) - stream.tableBytes;
    stream.rangeBytes = static_cast<int64_t>(unit.rangeBytes);
    return stream;
}

PackReport reportOf(const std::vector<SourceFile> &files)
{
    PackReport report;
    report.sha256 = hexText(files.front().sha256);
    for (const SourceFile &file : files) {
        const auto fileBytes = static_cast<int64_t>(file.file->size());
        report.modelBytes += fileBytes;
        report.graph.bytes += static_cast<int64_t>(file.rest.bytes.size());
        report.graph.rawBytes += fileBytes;
        for (const Unit &unit : file.units) {
            if (unit.taken.empty())
                continue;
            report.graph.rawBytes -= static_cast<int64_t>(file.rawBytes(unit));
            if (unit.isCodes) {
                report.streams.push_back(streamOf(file, unit));
                report.archiveBytes += report.streams.back().bytes;
            } else {
                report.numbers.rawBytes += static_cast<int64_t>(file.rawBytes(unit));
                report.numbers.bytes += static_cast<int64_t>(unit.bytes());
            }
        }
    }
    report.archiveBytes += report.graph.bytes + report.numbers.bytes;
    return report;
}

void write(std::ostream &out, ByteView bytes)
{
    out.write(reinterpret_cast<const char *>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

} // namespace

PackReport packModel(const std::filesystem::path &model, const std::filesystem::path &archive,
                     const JobContext &ctx)
{
    const Model source = Model::load(model, ctx.part(0.0, 0.1));
    std::vector<NamedFile> inputs{{Message::tr("the source model itself"), model}};
    for (const std::filesystem::path &data : source.dataFiles())
        inputs.push_back({Message::tr("external data of the source model"), data});
    const NamedFile output{Message::tr("the archive"), archive};
    requireSafeOutputs({&output, 1}, inputs);
    std::vector<SourceFile> files = sourceFiles(source, std::make_shared<const InputFile>(model));
    encode(files, tensorUses(source), ctx.part(0.1, 0.95));
    PackReport report = reportOf(files);

    Container container;
    for (const SourceFile &file : files)
        container.files.push_back(archived(file));
    const Bytes head = containerHead(container);
    report.headBytes = static_cast<int64_t>(head.size());
    report.archiveBytes += report.headBytes;
    ctx.checkpoint(0.95, Message::tr("writing the archive"));
    writeFileAtomically(archive, [&](std::ostream &out) {
        write(out, head);
        for (const ArchivedFile &file : container.files) {
            write(out, file.rest.coded);
            for (const Section &section : file.sections)
                write(out, section.coded);
        }
    });
    return report;
}

} // namespace lathe
