#include "core/archive/container.h"

#include "core/base/error.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <numeric>
#include <utility>

namespace lathe {
namespace {

/// As PNG's: a byte that is no text, then line ends that a transfer as text would change.
constexpr std::array<uint8_t, 8> signature = {0x89, 'L', 'T', 'Z', '\r', '\n', 0x1A, '\n'};

Bytes directoryOf(const Container &container)
{
    Sha256 sections;
    for (const ArchivedFile &file : container.files) {
        sections.add(file.rest.coded);
        for (const Section &section : file.sections)
            sections.add(section.coded);
    }
    ByteWriter out;
    out.append(ByteView(sections.finish()).first(sectionsHashBytes));
    out.number(container.files.size());
    for (const ArchivedFile &file : container.files) {
        out.text(file.name);
        out.append(file.sha256);
        out.byte(static_cast<uint8_t>(file.rest.coder));
        out.number(file.rest.rawBytes());
        out.number(file.rest.coded.size());
        out.number(file.sections.size());
        for (const Section &section : file.sections) {
            out.byte(static_cast<uint8_t>(section.coder));
            out.number(section.coded.size());
        }
        out.number(file.holes.size());
        uint64_t last = 0;
        for (size_t i = 0; i < file.holes.size(); ++i) {
            out.number(file.holes[i].at - last);
            out.number(file.holes[i].size);
            if (file.sections.size() > 1)
                out.number(file.sectionOf[i]);
            last = file.holes[i].at;
        }
    }
    return out.take();
}

Sha256Digest readDigest(ByteReader &in)
{
    Sha256Digest digest;
    const ByteView bytes = in.take(digest.size());
    std::copy(bytes.begin(), bytes.end(), digest.begin());
    return digest;
}

[[noreturn]] void refuse(const Message &why)
{
    throw Error(ErrorCode::MalformedData, why);
}

class Reading {
public:
    Reading(const InputFile &archive, const JobContext &ctx) : m_archive(archive), m_ctx(ctx) {}

    Container container()
    {
        const Bytes bytes = checkedDirectory();
        ByteReader directory(bytes);
        const ByteView hash = m_format == oldContainerFormat ? ByteView() : directory.take(sectionsHashBytes);
        Container result;
        for (uint64_t files = directory.number(); files > 0; --files) {
            const bool isModel = result.files.empty();
            result.files.push_back(m_format == oldContainerFormat ? oldFile(directory, isModel)
                                                                  : file(directory, isModel));
        }
        directory.expectEnd();
        if (m_next != m_archive.size())
            refuse(Message::tr("Something follows its end."));
        if (result.files.empty())
            refuse(Message::tr("It holds no model."));
        const Sha256Digest all = m_all.finish();
        if (!std::equal(hash.begin(), hash.end(), all.begin()))
            refuse(Message::tr("Its sections do not agree with their hash."));
        return result;
    }

private:
    /// Moves on by so many bytes. @returns where they begin
    uint64_t pass(uint64_t bytes)
    {
        if (bytes > m_archive.size() - m_next)
            refuse(Message::tr("The data ends early."));
        return std::exchange(m_next, m_next + bytes);
    }
    Bytes take(uint64_t bytes)
    {
        const uint64_t from = pass(bytes);
        return m_archive.read(from, static_cast<size_t>(bytes));
    }

    Bytes checkedDirectory()
    {
        const Bytes start = take(containerStartBytes);
        ByteReader in(start);
        in.take(signature.size());
        m_format = in.fixed32();
        Bytes directory = take(in.fixed32());
        if (containerStart(directory, m_format) != start)
            refuse(Message::tr("Its directory does not agree with its hash."));
        if (m_format != containerFormat && m_format != oldContainerFormat)
            throw Error(
                ErrorCode::Unsupported,
                Message::tr("it is of format {} and was made by a newer Lathe; this one reads format {}",
                            m_format, containerFormat));
        return directory;
    }

    static std::string nameOf(ByteReader &directory, bool isModel)
    {
        std::string name(directory.text());
        if (isModel ? !name.empty() : !isRestorableName(name))
            refuse(Message::tr("A file in it has a name that is not allowed."));
        return name;
    }

    ArchivedFile file(ByteReader &directory, bool isModel)
    {
        ArchivedFile file;
        file.name = nameOf(directory, isModel);
        file.sha256 = readDigest(directory);
        file.rest.coder = static_cast<Coder>(directory.byte());
        file.rest.sizes = {directory.number()};
        file.size = file.rest.rawBytes();
        std::vector<uint64_t> sizes{directory.number()};
        for (uint64_t count = directory.number(); count > 0; --count) {
            file.sections.emplace_back().coder = static_cast<Coder>(directory.byte());
            sizes.push_back(directory.number());
        }
        uint64_t at = 0;
        for (uint64_t count = directory.number(); count > 0; --count) {
            const uint64_t before = directory.number(), size = directory.number();
            const uint64_t section = file.sections.size() > 1 ? directory.number() : 0;
            if (before > file.rest.rawBytes() - at || size == 0 || section >= file.sections.size())
                refuse(Message::tr("Its sections lie outside the model."));
            addHole(file, at += before, size, section);
        }
        place(file.rest, sizes.front());
        for (size_t i = 0; i < file.sections.size(); ++i)
            place(file.sections[i], sizes[i + 1]);
        return file;
    }

    ArchivedFile oldFile(ByteReader &directory, bool isModel)
    {
        ArchivedFile file;
        file.name = nameOf(directory, isModel);
        const uint64_t size = directory.number();
        file.sha256 = readDigest(directory);
        file.rest = oldSection(directory);
        file.size = file.rest.rawBytes();
        uint64_t at = 0;
        for (uint64_t count = directory.number(); count > 0; --count) {
            const uint64_t before = directory.number();
            if (before > file.rest.rawBytes() - at)
                refuse(Message::tr("Its sections lie outside the model."));
            Section section = oldSection(directory);
            const uint64_t bytes = std::exchange(section.sizes, {}).front();
            file.sections.push_back(std::move(section));
            addHole(file, at += before, bytes, file.sections.size() - 1);
        }
        if (size != file.size)
            refuse(Message::tr("Its sections do not add up to the model."));
        return file;
    }

    Section oldSection(ByteReader &directory)
    {
        Section section;
        section.coder = static_cast<Coder>(directory.byte());
        if (section.coder > Coder::Runs)
            refuse(Message::tr("It is coded in an unknown way."));
        section.sizes = {directory.number()};
        const uint64_t size = directory.number();
        const Sha256Digest expected = readDigest(directory);
        if (place(section, size) != expected)
            refuse(Message::tr("Its section {} does not agree with its hash.", m_sections));
        return section;
    }

    /// The section's bytes follow in the archive. @returns their hash, in format 1 alone
    Sha256Digest place(Section &section, uint64_t size)
    {
        ++m_sections;
        section.size = size;
        section.offset = pass(size);
        if (section.rawBytes() / mostExpansion > size)
            refuse(Message::tr("Its section {} claims to be larger than it can be.", m_sections));
        Sha256 own;
        m_archive.forEachPiece(section.offset, size, [&](ByteView piece) {
            m_ctx.throwIfCancelled();
            (m_format == oldContainerFormat ? own : m_all).add(piece);
        });
        return own.finish();
    }

    static void addHole(ArchivedFile &file, uint64_t at, uint64_t size, size_t section)
    {
        constexpr uint64_t most = uint64_t{1} << 63U;
        if (file.size > most)
            refuse(Message::tr("Its sections do not add up to the model."));
        file.size += size;
        file.holes.push_back({at, size});
        file.sectionOf.push_back(section);
        file.sections[section].sizes.push_back(size);
    }

    const InputFile &m_archive;
    const JobContext &m_ctx;
    uint64_t m_next = 0; ///< byte of the archive that was not looked at
    uint32_t m_format = 0;
    int m_sections = 0;
    Sha256 m_all; ///< of the sections
};

} // namespace

uint64_t Section::rawBytes() const
{
    return std::accumulate(sizes.begin(), sizes.end(), uint64_t{0});
}

Bytes containerStart(ByteView directory, uint32_t format)
{
    ByteWriter out;
    for (const uint8_t byte : signature)
        out.byte(byte);
    out.fixed32(format);
    out.fixed32(static_cast<uint32_t>(directory.size()));
    out.append(Sha256().add(out.bytes()).add(directory).finish());
    return out.take();
}

bool isRestorableName(const std::string &location)
{
    const std::filesystem::path path(location);
    const bool inside =
        !path.empty() && path.is_relative() && std::none_of(path.begin(), path.end(), [](const auto &part) {
            return part == ".." || part == "." || part.empty();
        });
    return inside && location.find_first_of(std::string_view("\\:\0", 3)) == std::string::npos;
}

void refuseArchive(const std::string &label, const Message &why)
{
    throw Error(ErrorCode::MalformedData,
                Message::tr("{} is damaged or no archive that Lathe wrote. {}", label, why));
}

Bytes containerHead(const Container &container)
{
    const Bytes directory = directoryOf(container);
    Bytes head = containerStart(directory, containerFormat);
    head.insert(head.end(), directory.begin(), directory.end());
    return head;
}

Container readContainer(const InputFile &archive, const JobContext &ctx)
{
    const std::string label = archive.path().string();
    const ByteView expected = std::as_bytes(std::span(signature));
    const Bytes head =
        archive.read(0, static_cast<size_t>(std::min<uint64_t>(archive.size(), expected.size())));
    if (head.empty() || !std::equal(head.begin(), head.end(), expected.begin()))
        throw Error(ErrorCode::MalformedData, Message::tr("{} is no archive made by \"lathe pack\".", label));
    try {
        return Reading(archive, ctx).container();
    } catch (const Error &error) {
        if (error.code() == ErrorCode::MalformedData)
            refuseArchive(label, error.message());
        if (error.code() == ErrorCode::Unsupported)
            throw Error(error.code(), Message::tr("{} cannot be unpacked: {}.", label, error.message()));
        throw;
    }
}

Bytes codedBytes(const InputFile &archive, const Section &section)
{
    return archive.read(section.offset, static_cast<size_t>(section.size));
}

} // namespace lathe
