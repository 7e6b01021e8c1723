#include "core/archive/archive.h"
#include "core/archive/container.h"
#include "core/base/error.h"
#include "core/base/fileio.h"
#include "core/base/outputs.h"
#include "core/base/parallel.h"
#include "core/base/publication.h"

#include <map>
#include <ostream>

namespace lathe {
namespace {

namespace fs = std::filesystem;

/// Writes one file's bytes and proves that they are the packed ones.
class Unpacking {
public:
    Unpacking(const InputFile &archive, const ArchivedFile &file, const JobContext &ctx)
        : m_archive(archive), m_file(file), m_label(archive.path().string()), m_ctx(ctx)
    {
    }

    void writeTo(std::ostream &out)
    {
        const Bytes rest = decodedSection(m_file.rest, m_file.holes);
        uint64_t done = 0; // bytes of the rest
        for (size_t i = 0; i < m_file.holes.size(); ++i) {
            const Hole &hole = m_file.holes[i];
            put(out, ByteView(rest).subspan(done, hole.at - done));
            done = hole.at;
            if (!m_open.contains(m_file.sectionOf[i]))
                decodeFrom(i);
            put(out, next(m_file.sectionOf[i], hole.size));
        }
        put(out, ByteView(rest).subspan(done));
        if (m_hash.finish() != m_file.sha256)
            refuseArchive(m_label, Message::tr("What it unpacks to does not agree with its hash."));
    }

private:
    /// A section that several stretches come from is kept until the last one.
    struct Open {
        Bytes bytes;
        size_t given = 0, stretches = 0;
    };
    /// The section of a hole and, as far as there is room for them, those behind it, side by side.
    void decodeFrom(size_t hole)
    {
        constexpr uint64_t room = uint64_t{64} << 20U;
        std::vector<size_t> sections;
        uint64_t bytes = 0;
        for (; hole < m_file.holes.size() && bytes < room; ++hole) {
            const size_t section = m_file.sectionOf[hole];
            if (!m_open.try_emplace(section).second)
                continue;
            sections.push_back(section);
            bytes += m_file.sections[section].rawBytes();
        }
        parallelFor(sections.size(), m_ctx, [&](size_t i) {
            m_open.at(sections[i]).bytes = decodedSection(m_file.sections[sections[i]], {});
        });
    }

    Bytes next(size_t section, uint64_t size)
    {
        Open &open = m_open.at(section);
        const ByteView bytes = ByteView(open.bytes).subspan(open.given, size);
        Bytes result(bytes.begin(), bytes.end());
        open.given += size;
        if (++open.stretches == m_file.sections[section].sizes.size())
            m_open.erase(section);
        return result;
    }

    Bytes decodedSection(const Section &section, const std::vector<Hole> &holes)
    {
        m_ctx.checkpoint(static_cast<double>(m_written) / static_cast<double>(m_file.size + 1),
                         Message::tr("unpacking"));
        try {
            return decoded(section.coder, codedBytes(m_archive, section), section.sizes, holes, m_ctx);
        } catch (const Error &error) {
            if (error.code() != ErrorCode::MalformedData)
                throw;
            refuseArchive(m_label, error.message());
        }
    }
    void put(std::ostream &out, ByteView bytes)
    {
        m_hash.add(bytes);
        m_written += bytes.size();
        out.write(reinterpret_cast<const char *>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    }

    const InputFile &m_archive;
    const ArchivedFile &m_file;
    std::string m_label;
    const JobContext &m_ctx;
    Sha256 m_hash;
    uint64_t m_written = 0;
    std::map<size_t, Open> m_open; ///< by number of the section
};

bool isThereAlready(const ArchivedFile &file, const fs::path &path)
{
    if (!fs::exists(path))
        return false;
    const InputFile there(path);
    if (there.size() == file.size && sha256(there) == file.sha256)
        return true;
    throw Error(
        ErrorCode::FileUnwritable,
        Message::tr("Cannot write {}: another file of that name is there already. Unpack into another "
                    "folder, because the model knows its data by this name.",
                    path.string()));
}

void makeFolder(const fs::path &folder)
{
    std::error_code error;
    fs::create_directories(folder, error);
    if (error)
        throw Error(ErrorCode::FileUnwritable,
                    Message::tr("Cannot make the folder {}: {}.", folder.string(), error.message()));
}

} // namespace

UnpackReport unpackArchive(const fs::path &archive, const fs::path &model, const JobContext &ctx)
{
    ctx.checkpoint(0.0, Message::tr("reading the archive"));
    const NamedFile output{Message::tr("the model"), model},
        input{Message::tr("the archive itself"), archive};
    requireSafeOutputs({&output, 1}, {&input, 1});
    const InputFile file(archive);
    const Container container = readContainer(file, ctx);
    UnpackReport report{
        static_cast<int64_t>(file.size()), 0, hexText(container.files.front().sha256), {model}};
    Publication files(model);
    files.write(model,
                [&](std::ostream &out) { Unpacking(file, container.files.front(), ctx).writeTo(out); });
    for (size_t i = 1; i < container.files.size(); ++i) {
        const ArchivedFile &data = container.files[i];
        const fs::path path = model.parent_path() / data.name;
        if (path == model)
            refuseArchive(archive.string(),
                          Message::tr("A file in it has the name of the model; unpack to another name."));
        report.files.push_back(path);
        if (isThereAlready(data, path))
            continue;
        if (path.has_parent_path())
            makeFolder(path.parent_path());
        files.write(path, [&](std::ostream &out) { Unpacking(file, data, ctx).writeTo(out); });
    }
    files.commit();
    for (const ArchivedFile &part : container.files)
        report.modelBytes += static_cast<int64_t>(part.size);
    return report;
}

} // namespace lathe
