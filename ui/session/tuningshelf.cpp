#include "ui/session/tuningshelf.h"

#include "core/base/fileio.h"
#include "ui/jobs/jobrunner.h"

#include <QDir>
#include <QFileInfo>
#include <QStandardPaths>

namespace lathe::ui {
namespace {

namespace fs = std::filesystem;

/// Enough of a hash to tell files of one folder apart.
std::string shortened(const std::string &sha256)
{
    return sha256.substr(0, 12);
}

std::vector<std::optional<ProjectTuning> *> namedIn(Project &project)
{
    std::vector<std::optional<ProjectTuning> *> named{&project.tuning};
    for (ProjectVariant &variant : project.variants)
        named.push_back(&variant.tuning);
    std::erase_if(named, [](const auto *tuning) { return !*tuning; });
    return named;
}

/// Where the project says, else on the shelf.
fs::path placeOf(const ProjectTuning &named)
{
    return fs::exists(named.path) ? named.path : fs::path(shelvedPath(named.sha256).toStdString());
}

std::shared_ptr<const Tuning> readOne(const ProjectTuning &named, const Model &model, const JobContext &ctx)
{
    const fs::path path = placeOf(named);
    const TuningFile file = loadTuning(path, ctx);
    if (file.tuning->sha256() != named.sha256)
        throw Error(ErrorCode::MalformedData,
                    Message::tr("{}: holds other trained values than those that belong to the recipe.",
                                path.string()));
    file.tuning->refuseOther(model);
    shelve(file);
    return file.tuning;
}

} // namespace

QString shelvedPath(const std::string &sha256)
{
    return QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) +
           QStringLiteral("/tunings/%1%2")
               .arg(QString::fromStdString(sha256), QString::fromLatin1(tuningSuffix));
}

void shelve(const TuningFile &file)
{
    const QString path = shelvedPath(file.tuning->sha256());
    if (QFileInfo::exists(path))
        return;
    QDir().mkpath(QFileInfo(path).path());
    saveTuning(file, path.toStdString());
}

std::optional<ProjectTuning> projectTuning(const std::shared_ptr<const Tuning> &tuning)
{
    if (!tuning)
        return {};
    return ProjectTuning{shelvedPath(tuning->sha256()).toStdString(), tuning->sha256()};
}

std::shared_ptr<const Tuning> valuesOf(const std::optional<ProjectTuning> &named, const TuningsByHash &known)
{
    const auto found = named ? known.find(named->sha256) : known.end();
    return found != known.end() ? found->second : nullptr;
}

ReadTunings readTunings(const Project &project, const Model &model, const JobContext &ctx)
{
    Project copy = project;
    ReadTunings read;
    for (const std::optional<ProjectTuning> *named : namedIn(copy)) {
        ctx.throwIfCancelled();
        if (read.values.contains((*named)->sha256))
            continue;
        const auto outcome = runGuarded([&] { return readOne(**named, model, ctx); });
        if (const auto *values = std::get_if<std::shared_ptr<const Tuning>>(&outcome))
            read.values[(*named)->sha256] = *values;
        else if (const auto *error = std::get_if<Error>(&outcome))
            read.losses.push_back(Message::tr(
                "{} What was trained is not there; the recipe alone is carried out.", error->message()));
    }
    return read;
}

void placeTunings(Project &project, const fs::path &file)
{
    for (std::optional<ProjectTuning> *named : namedIn(project)) {
        fs::path beside = file;
        beside.replace_extension("." + shortened((*named)->sha256) + tuningSuffix);
        if (!fs::exists(beside))
            writeFileAtomically(beside, readFile(placeOf(**named)));
        (*named)->path = beside;
    }
}

} // namespace lathe::ui
