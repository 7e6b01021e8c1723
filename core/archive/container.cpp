#include "core/archive/container.h"

#include "core/base/error.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

namespace lathe {
namespace {

/// As PNG's: a byte that is no text, then line ends that a transfer as text would change.
constexpr std::array<uint8_t, 8> signature = {0x89, 'L', 'T', 'Z', '\r', '\n', 0x1A, '\n'};
constexpr uint32_t formatVersion = 1;
constexpr size_t startBytes = signature.size() + 2 * sizeof(uint32_t) + sizeof(Sha256Digest);

void writeSection(ByteWriter &out, const Section &section)
{
    out.byte(static_cast<uint8_t>(section.coder));
    out.number(section.rawBytes);
    out.number(section.coded.size());
    out.append(section.sha256);
}

Bytes directoryOf(const Container &container)
{
    ByteWriter out;
    out.number(container.files.size());
    for (const ArchivedFile &file : container.files) {
        out.text(file.name);
        out.number(file.size);
        out.append(file.sha256);
        writeSection(out, file.rest);
        out.number(file.sections.size());
        for (const Section &section : file.sections) {
            out.number(section.before);
            writeSection(out, section);
        }
    }
    return out.take();
}

/// Signature, version and length, then a hash of all that and of the directory: the same in every version.
Bytes startOf(ByteView directory, uint32_t version)
{
    ByteWriter out;
    for (const uint8_t byte : signature)
        out.byte(byte);
    out.fixed32(version);
    out.fixed32(static_cast<uint32_t>(directory.size()));
    out.append(Sha256().add(out.bytes()).add(directory).finish());
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
        Container result;
        for (uint64_t files = directory.number(); files > 0; --files)
            result.files.push_back(file(directory, result.files.empty()));
        directory.expectEnd();
        if (m_next != m_archive.size())
            refuse(Message::tr("Something follows its end."));
        if (result.files.empty())
            refuse(Message::tr("It holds no model."));
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
        const Bytes start = take(startBytes);
        ByteReader in(start);
        in.take(signature.size());
        const uint32_t version = in.fixed32();
        Bytes directory = take(in.fixed32());
        if (startOf(directory, version) != start)
            refuse(Message::tr("Its directory does not agree with its hash."));
        if (version != formatVersion)
            throw Error(
                ErrorCode::Unsupported,
                Message::tr("it is of format {} and was made by a newer Lathe; this one reads format {}",
                            version, formatVersion));
        return directory;
    }

    ArchivedFile file(ByteReader &directory, bool isModel)
    {
        ArchivedFile file;
        file.name = directory.text();
        if (isModel ? !file.name.empty() : !isRestorableName(file.name))
            refuse(Message::tr("A file in it has a name that is not allowed."));
        file.size = directory.number();
        file.sha256 = readDigest(directory);
        file.rest = section(directory);
        uint64_t rest = 0, total = file.rest.rawBytes;
        for (uint64_t count = directory.number(); count > 0; --count) {
            const uint64_t before = directory.number();
            file.sections.push_back(section(directory));
            file.sections.back().before = before;
            rest += before;
            total += file.sections.back().rawBytes;
            if (rest > file.rest.rawBytes)
                refuse(Message::tr("Its sections lie outside the model."));
        }
        if (total != file.size)
            refuse(Message::tr("Its sections do not add up to the model."));
        return file;
    }

    Section section(ByteReader &directory)
    {
        Section section;
        section.coder = static_cast<Coder>(directory.byte());
        section.rawBytes = directory.number();
        section.size = directory.number();
        section.sha256 = readDigest(directory);
        ++m_sections;
        section.offset = pass(section.size);
        if (section.rawBytes / mostExpansion > section.size)
            refuse(Message::tr("Its section {} claims to be larger than it can be.", m_sections));
        Sha256 hash;
        m_archive.forEachPiece(section.offset, section.size, [&](ByteView piece) {
            m_ctx.throwIfCancelled();
            hash.add(piece);
        });
        if (hash.finish() != section.sha256)
            refuse(Message::tr("Its section {} does not agree with its hash.", m_sections));
        return section;
    }

    const InputFile &m_archive;
    const JobContext &m_ctx;
    uint64_t m_next = 0; ///< byte of the archive that was not looked at
    int m_sections = 0;
};

} // namespace

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
    Bytes head = startOf(directory, formatVersion);
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
