#include "core/exporting/publish.h"

#include "core/base/fileio.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fmt/format.h>
#include <unistd.h>

namespace lathe {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void failToWrite(const fs::path &target, const std::string &reason)
{
    throw Error(ErrorCode::FileUnwritable, fmt::format("Cannot write {}: {}.", target.string(), reason));
}

fs::path folderOf(const fs::path &target)
{
    return target.has_parent_path() ? target.parent_path() : fs::path(".");
}

/// A folder beside the target for files that are not yet proven; gone with all that is in it at the end.
class Staging {
public:
    explicit Staging(const fs::path &target) : m_target(target)
    {
        std::string pattern = (folderOf(target) / ".lathe-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr)
            failToWrite(target, std::strerror(errno));
        m_folder = pattern;
    }
    ~Staging()
    {
        std::error_code ignored;
        fs::remove_all(m_folder, ignored);
    }
    Staging(const Staging &) = delete;
    Staging &operator=(const Staging &) = delete;

    fs::path path(const fs::path &name) const { return m_folder / name; }

    /// Core names the file it could not write; a person knows only the target.
    [[noreturn]] void failAsTarget(const Error &error) const
    {
        std::string sentence = error.what();
        const std::string staged = path(m_target.filename()).string();
        if (const size_t at = sentence.find(staged); at != std::string::npos)
            sentence.replace(at, staged.size(), m_target.string());
        throw Error(error.code(), sentence);
    }
    /// Moves everything beside the target, the target last: where it is, all that belongs to it is.
    void release() const
    {
        for (const fs::directory_entry &entry : fs::directory_iterator(m_folder))
            if (entry.path().filename() != m_target.filename())
                move(entry.path());
        move(path(m_target.filename()));
    }

private:
    void move(const fs::path &from) const
    {
        const fs::path to = folderOf(m_target) / from.filename();
        if (::rename(from.c_str(), to.c_str()) != 0)
            failToWrite(to, std::strerror(errno));
    }

    fs::path m_target;
    fs::path m_folder;
};

void stagePreprocessing(const Staging &staging, const fs::path &source, const fs::path &target,
                        std::optional<Preprocessing> preprocessing)
{
    if (!preprocessing)
        preprocessing = findPreprocessing(source);
    if (!preprocessing)
        return;
    const std::string json = toJson(*preprocessing);
    const auto found = findPreprocessing(target);
    if (!found || toJson(*found) != json)
        writeFileAtomically(staging.path(target.stem().string() + ".preprocessor_config.json"), json);
}

} // namespace

void requireWritablePlace(const fs::path &target)
{
    std::error_code ignored;
    if (target.filename().empty() || fs::is_directory(target, ignored))
        failToWrite(target, "it is a folder; name a file");
    if (!fs::is_directory(folderOf(target), ignored))
        failToWrite(target, fmt::format("there is no folder {}", folderOf(target).string()));
}

void requireOtherFile(const fs::path &target, const fs::path &source)
{
    std::error_code ignored;
    if (fs::equivalent(target, source, ignored))
        throw Error(
            ErrorCode::InvalidArgument,
            fmt::format("{} is the source model itself; give the result another name.", target.string()));
}

Published publish(const BuiltModel &built, const CompressedModel &compressed, const fs::path &target,
                  const PublishOptions &options, const JobContext &ctx)
{
    requireWritablePlace(target);
    requireOtherFile(target, compressed.source.path());
    const Staging staging(target);
    const fs::path staged = staging.path(target.filename());
    Published published;
    try {
        ctx.checkpoint(0.0, "writing " + target.filename().string());
        published.bytes = built.model.save(staged);
        stagePreprocessing(staging, compressed.source.path(), target, options.preprocessing);
        if (options.verify) {
            published.certificate =
                certify(staged, compressed, options.samples, ctx.part(0.1, 1.0), options.seed);
            published.certificate->file = target.string();
            if (!published.certificate->passed())
                return published;
        }
        ctx.throwIfCancelled();
        staging.release();
    } catch (const Error &error) {
        staging.failAsTarget(error);
    }
    published.written = true;
    return published;
}

} // namespace lathe
