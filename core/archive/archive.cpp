#include "core/archive/archive.h"

#include "core/archive/container.h"
#include "core/archive/tensorplaces.h"
#include "core/archive/tensoruse.h"
#include "core/base/error.h"
#include "core/base/fileio.h"
#include "core/base/inputfile.h"
#include "core/base/outputs.h"
#include "core/base/parallel.h"
#include "core/coding/huffman.h"
#include "core/model/proto.h"
#include "core/onnx/checks.h"
#include "core/onnx/tensordata.h"

#include <algorithm>
#include <atomic>
#include <ostream>

namespace lathe {
namespace {

/// What a section of its own adds to the directory, hash included.
constexpr size_t sectionBytes = 44;
constexpr uint64_t leastCodes = 64;     ///< bytes; fewer cannot gain that much
constexpr uint64_t leastNumbers = 1024; ///< bytes

/// A file of the model, and what of it is coded by itself.
struct SourceFile {
    std::string name; ///< as in ArchivedFile
    std::shared_ptr<const InputFile> file;
    std::vector<TensorPlace> places; ///< in file order, none over another
    std::vector<Coded> coded;        ///< as places; no bytes: it stays in the rest
    Coded rest;
    Sha256Digest sha256{};
};

bool holdsCodes(const TensorPlace &place)
{
    const int bits = elementBits(place.type);
    return bits == 4 || bits == 8;
}

/// Places worth a try.
std::vector<TensorPlace> candidates(std::vector<TensorPlace> places)
{
    std::sort(places.begin(), places.end(),
              [](const TensorPlace &a, const TensorPlace &b) { return a.offset < b.offset; });
    std::vector<TensorPlace> chosen;
    uint64_t end = 0;
    for (TensorPlace &place : places) {
        const bool worth =
            elementBits(place.type) > 0 && place.size >= (holdsCodes(place) ? leastCodes : leastNumbers);
        if (!worth || place.offset < end)
            continue;
        end = place.offset + place.size;
        chosen.push_back(std::move(place));
    }
    return chosen;
}

std::map<std::string, std::vector<TensorPlace>> externalPlaces(const Model::Content &content)
{
    std::map<std::string, std::vector<TensorPlace>> places;
    const auto add = [&](const onnx::TensorProto &tensor) {
        if (!isExternal(tensor))
            return;
        const ExternalPlace data = externalPlace(
            tensor, content.externalFiles, Message::verbatim(content.label), denseBytes(tensor).value_or(0));
        for (const auto &[location, file] : content.externalFiles)
            if (file == data.file && data.size > 0)
                places[location].push_back({tensor.name(), typeOf(tensor), data.offset, data.size});
    };
    forEachTensor(content.proto, {add, [&](const onnx::SparseTensorProto &sparse) {
                                      add(sparse.values());
                                      add(sparse.indices());
                                  }});
    return places;
}

std::vector<SourceFile> sourceFiles(const Model &model, std::shared_ptr<const InputFile> onnxFile)
{
    const Model::Content &content = model.content();
    std::vector<TensorPlace> inside = tensorPlaces(onnxFile->readAll());
    std::vector<SourceFile> files{{"", std::move(onnxFile), candidates(std::move(inside)), {}, {}, {}}};
    auto external = externalPlaces(content);
    for (const auto &[location, file] : content.externalFiles) {
        if (!isRestorableName(location))
            throw Error(ErrorCode::Unsupported,
                        Message::tr("{} cannot be packed: its external data \"{}\" has a name that cannot be "
                                    "restored everywhere. Save the model with its data inside first.",
                                    content.label, location));
        files.push_back({location, file, candidates(std::move(external[location])), {}, {}, {}});
    }
    return files;
}

Bytes bytesOf(const SourceFile &file, const TensorPlace &place)
{
    return file.file->read(place.offset, place.size);
}

Coded codedPlace(const SourceFile &file, const TensorPlace &place)
{
    const Bytes raw = bytesOf(file, place);
    Coded coded = holdsCodes(place) ? codedCodes(raw) : codedNumbers(raw, elementBits(place.type) / 8);
    const bool gains = coded.bytes.size() + sectionBytes < raw.size();
    const bool better = holdsCodes(place) || coded.coder == Coder::Planes; // else the rest's zstd does it
    return gains && better ? std::move(coded) : Coded{};
}

Coded codedRest(const SourceFile &file)
{
    Bytes rest;
    uint64_t end = 0;
    for (size_t i = 0; i <= file.places.size(); ++i) {
        if (i < file.places.size() && file.coded[i].bytes.empty())
            continue;
        const uint64_t next = i < file.places.size() ? file.places[i].offset : file.file->size();
        file.file->forEachPiece(end, next - end, [&rest](ByteView piece) {
            rest.insert(rest.end(), piece.begin(), piece.end());
        });
        end = i < file.places.size() ? next + file.places[i].size : next;
    }
    Coded coded = codedNumbers(rest, 1);
    return coded;
}

void encode(std::vector<SourceFile> &files, const JobContext &ctx)
{
    std::vector<std::pair<size_t, size_t>> work;
    for (size_t f = 0; f < files.size(); ++f) {
        files[f].coded.resize(files[f].places.size());
        for (size_t i = 0; i < files[f].places.size(); ++i)
            work.emplace_back(f, i);
    }
    std::atomic<size_t> done = 0;
    parallelFor(work.size(), ctx, [&](size_t item) {
        SourceFile &file = files[work[item].first];
        const size_t place = work[item].second;
        file.coded[place] = codedPlace(file, file.places[place]);
        ctx.checkpoint(static_cast<double>(++done) / static_cast<double>(work.size()),
                       Message::tr("coding constant {} of {}", done.load(), work.size()));
    });
    parallelFor(files.size(), ctx, [&](size_t f) {
        files[f].rest = codedRest(files[f]);
        files[f].sha256 = sha256(*files[f].file);
    });
}

Section sectionOf(const Coded &coded, uint64_t rawBytes)
{
    return {coded.coder, rawBytes, 0, sha256(coded.bytes), coded.bytes};
}

ArchivedFile archived(const SourceFile &file)
{
    ArchivedFile result{file.name, file.file->size(), file.sha256, {}, {}};
    uint64_t end = 0, restBytes = file.file->size();
    for (size_t i = 0; i < file.places.size(); ++i) {
        if (file.coded[i].bytes.empty())
            continue;
        const TensorPlace &place = file.places[i];
        result.sections.push_back(sectionOf(file.coded[i], place.size));
        result.sections.back().before = place.offset - end;
        end = place.offset + place.size;
        restBytes -= place.size;
    }
    result.rest = sectionOf(file.rest, restBytes);
    return result;
}

const char *coderName(Coder coder)
{
    return coder == Coder::Words ? "huffman" : coder == Coder::Runs ? "huffman of runs" : "zstd";
}

PackedStream streamOf(const SourceFile &file, size_t i, const std::map<std::string, TensorUse> &uses)
{
    const TensorPlace &place = file.places[i];
    const auto found = uses.find(place.name);
    const TensorUse use = found != uses.end() ? found->second : TensorUse{};
    const Coded &coded = file.coded[i];
    PackedStream stream{place.name, use.layer, coderName(coded.coder)};
    stream.codeBits = use.codeBits > 0 ? use.codeBits : elementBits(place.type);
    stream.rawBytes = static_cast<int64_t>(place.size);
    stream.bytes = static_cast<int64_t>(coded.bytes.size());
    stream.tableBytes = coded.tableBytes;
    const std::vector<uint32_t> codes = splitCodes(bytesOf(file, place), stream.codeBits);
    std::vector<uint64_t> counts(size_t{1} << stream.codeBits, 0);
    for (const uint32_t code : codes)
        ++counts[code];
    stream.codes = static_cast<int64_t>(codes.size());
    stream.shannonBytes = shannonBits(counts) / 8.0;
    return stream;
}

PackReport reportOf(const std::vector<SourceFile> &files, const std::map<std::string, TensorUse> &uses)
{
    PackReport report;
    report.sha256 = hexText(files.front().sha256);
    for (const SourceFile &file : files) {
        report.modelBytes += static_cast<int64_t>(file.file->size());
        report.restBytes += static_cast<int64_t>(file.rest.bytes.size());
        for (size_t i = 0; i < file.places.size(); ++i) {
            if (file.coded[i].bytes.empty())
                continue;
            if (holdsCodes(file.places[i]))
                report.streams.push_back(streamOf(file, i, uses));
            else
                report.restBytes += static_cast<int64_t>(file.coded[i].bytes.size());
        }
    }
    report.restRawBytes = report.modelBytes;
    report.archiveBytes = report.restBytes;
    for (const PackedStream &stream : report.streams) {
        report.restRawBytes -= stream.rawBytes;
        report.archiveBytes += stream.bytes;
    }
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
    encode(files, ctx.part(0.1, 0.95));
    PackReport report = reportOf(files, tensorUses(source));

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
