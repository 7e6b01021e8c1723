#include "ui/session/projectkeeper.h"

#include "core/base/fileio.h"
#include "core/base/outputs.h"
#include "core/project/modelchange.h"
#include "ui/base/messages.h"
#include "ui/session/tuningshelf.h"
#include "ui/session/workbench.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFileInfo>
#include <QStandardPaths>

namespace lathe::ui {
namespace {

constexpr int checkDelay = 200; // ms; a drag changes the recipe many times a second
const QString journalsKey = QStringLiteral("journals");

std::filesystem::path toPath(const QString &path)
{
    return path.toStdString();
}

QString journalPath(const QString &project)
{
    const QByteArray key = QCryptographicHash::hash(project.toUtf8(), QCryptographicHash::Sha1).toHex();
    return QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) +
           QStringLiteral("/journals/%1.lathe").arg(QString::fromLatin1(key));
}

QString lockPath(const QString &project)
{
    const QFileInfo file(project);
    return file.dir().filePath(QStringLiteral(".%1.lock").arg(file.fileName()));
}

/// Null where no lock can be written: a folder that is read only for this window is so for others.
std::shared_ptr<QLockFile> lockOf(const QString &project)
{
    auto lock = std::make_shared<QLockFile>(lockPath(project));
    lock->setStaleLockTime(0); // long work is no crash; the lock of a program that ended is found by its id
    if (lock->tryLock(0))
        return lock;
    if (lock->error() != QLockFile::LockFailedError)
        return nullptr;
    qint64 process = 0;
    QString host, program;
    lock->getLockInfo(&process, &host, &program);
    throw Error(
        ErrorCode::FileUnreadable,
        Message::verbatim(
            ProjectKeeper::tr("%1 is open in another window (process %2 on %3). Close it there first.")
                .arg(QFileInfo(project).fileName())
                .arg(process)
                .arg(host)
                .toStdString()));
}

std::string textOf(const Project &project, const QString &path)
{
    return toJson(project, toPath(QFileInfo(path).absolutePath()));
}

/// What the user changes: neither the layout, nor what the program finds out about the model file by itself.
std::string comparableText(Project project, const QString &path)
{
    project.layout.clear();
    project.layers.clear();
    project.model.sha256.clear();
    project.model.bytes = 0;
    if (project.tuning)
        project.tuning->path.clear(); // its hash tells it
    for (ProjectVariant &variant : project.variants)
        if (variant.tuning)
            variant.tuning->path.clear();
    return textOf(project, path);
}

/// A model that moved alone left its preprocessing behind: a guess would measure something else.
std::optional<DataChoice> dataFor(const Project &project, const QString &model)
{
    std::optional<DataChoice> data = project.data;
    if (!data || data->preprocessing || toPath(model) == project.model.path)
        return data;
    // What is damaged is said when the data are loaded.
    (void)runGuarded([&] {
        if (!findPreprocessing(toPath(model)))
            data->preprocessing = findPreprocessing(project.model.path);
    });
    return data;
}

void remember(const QString &project, bool hasJournal)
{
    Settings settings;
    QStringList all = settings.list(journalsKey);
    all.removeAll(project);
    if (hasJournal)
        all << project;
    settings.setList(journalsKey, all);
}

} // namespace

ProjectKeeper::ProjectKeeper(Workbench *workbench, QObject *parent) : QObject(parent), m_workbench(workbench)
{
    m_writer.setMaxThreadCount(1);
    m_check.setSingleShot(true);
    m_check.setInterval(checkDelay);
    m_journal.setSingleShot(true);
    m_journal.setInterval(journalDelay);
    connect(&m_check, &QTimer::timeout, this, &ProjectKeeper::check);
    connect(&m_journal, &QTimer::timeout, this, &ProjectKeeper::writeJournal);
    connect(workbench, &Workbench::modelChanged, this, &ProjectKeeper::takeOver);
    connect(workbench, &Workbench::openingEnded, this, [this] {
        m_pending.reset();
        checkSoon(); // what was not wanted any more may be what one stays with
    });
    connect(workbench, &Workbench::recipeChanged, this, &ProjectKeeper::checkSoon);
    connect(workbench, &Workbench::dataChanged, this, &ProjectKeeper::checkSoon);
    const VariantModel *variants = workbench->variants();
    connect(variants, &QAbstractItemModel::dataChanged, this, &ProjectKeeper::checkSoon);
    connect(variants, &QAbstractItemModel::rowsInserted, this, &ProjectKeeper::checkSoon);
    connect(variants, &QAbstractItemModel::rowsRemoved, this, &ProjectKeeper::checkSoon);
}

ProjectKeeper::~ProjectKeeper()
{
    m_writer.waitForDone();
}

QString ProjectKeeper::name() const
{
    return QFileInfo(m_path).completeBaseName();
}

ProjectOpening ProjectKeeper::prepare(const QString &path, bool fromJournal) const
{
    ProjectOpening opening;
    opening.path = QFileInfo(path).absoluteFilePath();
    opening.fromJournal = fromJournal;
    const auto folder = toPath(QFileInfo(opening.path).absolutePath());
    opening.read = fromJournal ? projectFromJson(readFile(toPath(journalPath(opening.path))), folder,
                                                 opening.path.toStdString())
                               : loadProject(toPath(opening.path));
    opening.lock = opening.path == m_path ? m_lock : lockOf(opening.path);
    opening.model = QString::fromStdString(findModel(opening.read.project, folder).string());
    return opening;
}

void ProjectKeeper::open(const ProjectOpening &opening, const QString &model,
                         std::function<bool()> mayReplace)
{
    m_pending = opening;
    m_pending->read.project.data = dataFor(opening.read.project, model);
    Workbench::OpenOptions options;
    options.project = opening.path;
    options.work = m_pending->read.project;
    options.mayReplace = std::move(mayReplace);
    m_workbench->openModel(model, options);
}

void ProjectKeeper::create(const QString &path, const QString &model, std::function<bool()> mayReplace)
{
    ProjectOpening opening;
    opening.path = QFileInfo(path).absoluteFilePath();
    opening.lock = opening.path == m_path ? m_lock : lockOf(opening.path);
    opening.read.project.model.path = toPath(QFileInfo(model).absoluteFilePath());
    opening.read.project.model.bytes = static_cast<uint64_t>(QFileInfo(model).size());
    saveProject(opening.read.project, toPath(opening.path));
    open(opening, model, std::move(mayReplace));
}

void ProjectKeeper::takeOver()
{
    m_journal.stop();
    m_check.stop();
    m_path.clear();
    m_lock.reset();
    m_modelHash.clear();
    m_data.reset();
    m_modified = false;
    m_hashRunner.abandon();
    if (!m_pending || m_workbench->projectPath() != m_pending->path) {
        emit modifiedChanged();
        return;
    }
    // Views are filled by the same signal; what they and the workbench still do is no change of the user's.
    const ProjectOpening opening = *m_pending;
    m_path = opening.path;
    m_lock = opening.lock;
    m_data = opening.read.project.data;
    m_saved = opening.fromJournal || !opening.read.losses.empty()
                  ? std::string()
                  : comparableText(opening.read.project, m_path);
    hashModel(QString::fromStdString(opening.read.project.model.sha256));
    emit modifiedChanged();
    QStringList losses;
    for (const Message &loss : opening.read.losses)
        losses << messageText(loss);
    const QByteArray layout = QByteArray::fromStdString(opening.read.project.layout);
    // Later: the views that are filled by the same signal come first.
    QMetaObject::invokeMethod(
        this, [this, losses, layout] { emit opened(losses, layout); }, Qt::QueuedConnection);
    checkSoon();
}

void ProjectKeeper::hashModel(const QString &expected)
{
    m_modelHash = expected.toStdString();
    m_hashRunner.start(
        [path = m_workbench->modelPath()](const JobContext &) { return sha256OfFile(toPath(path)); },
        [this, expected](const Outcome<std::string> &outcome) {
            const auto *hash = std::get_if<std::string>(&outcome);
            if (!hash)
                return; // gone while it was read; nothing follows from that here
            m_modelHash = *hash;
            if (!expected.isEmpty() && expected != QString::fromStdString(*hash))
                dropFigures();
            checkSoon();
        });
}

void ProjectKeeper::dropFigures()
{
    VariantModel *variants = m_workbench->variants();
    for (int row = 1; row < variants->rowCount(); ++row) {
        Variant variant = variants->at(row);
        variant.figures = {};
        variant.when = {};
        variant.data = {};
        variants->update(row, variant);
    }
    emit modelDiffers();
}

Project ProjectKeeper::snapshot(bool withLayout) const
{
    Project project = m_workbench->work();
    project.model.sha256 = m_modelHash;
    if (m_workbench->hasModel())
        project.layers = projectLayers(m_workbench->model());
    if (!project.data)
        project.data = m_data;
    if (withLayout && m_layout)
        project.layout = m_layout().toStdString();
    return project;
}

void ProjectKeeper::save(const QString &path)
{
    const QString target = QFileInfo(path).absoluteFilePath();
    const NamedFile output{Message::tr("the project"), toPath(target)};
    const NamedFile inputs[] = {
        {Message::tr("the model that is open"), toPath(m_workbench->modelPath())},
        {Message::tr("the recipe that is open"), toPath(m_workbench->editor().recipePath())}};
    requireSafeOutputs({&output, 1}, inputs);
    std::shared_ptr<QLockFile> lock = target == m_path ? m_lock : lockOf(target);
    if (m_modelHash.empty())
        m_modelHash = sha256OfFile(toPath(m_workbench->modelPath()));
    Project project = snapshot(true);
    placeTunings(project, toPath(target));
    saveProject(project, toPath(target));
    removeJournal();
    m_path = target;
    m_lock = std::move(lock);
    m_workbench->setProjectPath(target);
    m_saved = comparableText(snapshot(false), m_path);
    check();
    emit modifiedChanged(); // the name may be another one
}

void ProjectKeeper::discard()
{
    m_check.stop();
    removeJournal();
}

void ProjectKeeper::close()
{
    discard();
    m_path.clear();
    m_lock.reset();
}

void ProjectKeeper::checkSoon()
{
    if (isOpen() && !m_check.isActive())
        m_check.start();
}

std::string ProjectKeeper::decisions() const
{
    if (!isOpen())
        return {};
    Project project = snapshot(false);
    for (ProjectVariant &variant : project.variants) {
        variant.measured = {};
        variant.when.clear();
        variant.data = {};
        if (variant.file)
            variant.file = ProjectFile{{variant.file->file.path, {}, 0, 0}, {}};
    }
    return comparableText(std::move(project), m_path);
}

void ProjectKeeper::check()
{
    if (!isOpen())
        return;
    const bool modified = comparableText(snapshot(false), m_path) != m_saved;
    if (modified && !m_journal.isActive())
        m_journal.start();
    if (!modified)
        removeJournal();
    if (std::exchange(m_modified, modified) != modified)
        emit modifiedChanged();
}

void ProjectKeeper::writeJournal()
{
    if (!isModified())
        return;
    const QString path = journalPath(m_path);
    remember(m_path, true);
    m_writer.start([path, content = textOf(snapshot(true), m_path)] {
        QDir().mkpath(QFileInfo(path).path());
        // A journal that cannot be written is no reason to stop the work; saving will say what is wrong.
        (void)runGuarded([&] { writeFileAtomically(toPath(path), content); });
    });
}

void ProjectKeeper::removeJournal()
{
    m_journal.stop();
    m_writer.waitForDone();
    if (isOpen() && QFileInfo::exists(journalPath(m_path)))
        discardChanges(m_path);
}

std::optional<QDateTime> ProjectKeeper::unsavedChanges(const QString &project)
{
    const QFileInfo journal(journalPath(QFileInfo(project).absoluteFilePath()));
    if (!journal.exists())
        return {};
    return journal.lastModified();
}

QStringList ProjectKeeper::abandonedProjects()
{
    QStringList abandoned;
    for (const QString &project : Settings().list(journalsKey)) {
        QLockFile lock(lockPath(project));
        lock.setStaleLockTime(0);
        const bool inUse = !lock.tryLock(0) && lock.error() == QLockFile::LockFailedError;
        if (!inUse && unsavedChanges(project))
            abandoned << project;
    }
    return abandoned;
}

void ProjectKeeper::discardChanges(const QString &project)
{
    QFile::remove(journalPath(project));
    remember(project, false);
}

} // namespace lathe::ui
