#include "ui/compare/variantfiles.h"

#include "ui/base/messages.h"
#include "ui/jobs/jobmodel.h"
#include "ui/session/workbench.h"

#include <QDir>
#include <QFileInfo>
#include <QUuid>

#include <algorithm>

namespace lathe::ui {
namespace {

/// One for all the ways that lead to a file.
QString placeOf(const QString &path)
{
    const QString canonical = QFileInfo(path).canonicalFilePath();
    return canonical.isEmpty() ? QFileInfo(path).absoluteFilePath() : canonical;
}

} // namespace

VariantFiles::VariantFiles(Workbench &workbench, QObject *parent) : QObject(parent), m_workbench(workbench)
{
    connect(&workbench, &Workbench::modelChanged, this, [this] {
        m_waiting.clear();
        m_runner.abandon();
        m_checker.abandon();
    });
    // Later: a project adds its variants one after the other.
    connect(workbench.variants(), &QAbstractItemModel::rowsInserted, this, &VariantFiles::lookAfter,
            Qt::QueuedConnection);
    connect(workbench.variants(), &QAbstractItemModel::rowsRemoved, this, &VariantFiles::forgetRemoved);
    connect(&workbench, &Workbench::dataChanged, this, &VariantFiles::lookAfter, Qt::QueuedConnection);
    connect(&m_runner, &JobRunner::progressed, this,
            [this](double fraction, const Message &stage) { setStage(fraction, messageText(stage)); });
}

void VariantFiles::add(const QStringList &paths)
{
    if (!m_workbench.hasModel())
        return;
    VariantModel *variants = m_workbench.variants();
    QVector<int> known;
    for (const QString &path : paths) {
        if (const int row = rowOfFile(path); row > 0) {
            known << row;
            continue;
        }
        Variant variant;
        variant.id = QUuid::createUuid().toString(QUuid::WithoutBraces);
        variant.name = variants->freeName(QFileInfo(path).completeBaseName());
        variant.file.emplace().path = QFileInfo(path).absoluteFilePath();
        variant.work.emplace();
        enqueue(variants->append(variant));
    }
    tellAlreadyThere(known);
    next();
}

/// @returns -1 where it is not among the variants
int VariantFiles::rowOfFile(const QString &path) const
{
    const QVector<Variant> &variants = m_workbench.variants()->variants();
    const QString place = placeOf(path);
    const auto found = std::ranges::find_if(variants, [&](const Variant &variant) {
        return variant.file && placeOf(variant.file->path) == place;
    });
    return found == variants.end() ? -1 : static_cast<int>(found - variants.begin());
}

/// Who adds a file again that could not be had, or was another one, wants it measured as it is now; what was
/// as it had been is looked at again.
void VariantFiles::tellAlreadyThere(const QVector<int> &rows)
{
    if (rows.isEmpty())
        return;
    VariantModel *variants = m_workbench.variants();
    emit alreadyThere(rows,
                      rows.size() == 1
                          ? tr("%1 is among the variants already: its row is selected.")
                                .arg(variants->at(rows.first()).file->name())
                          : tr("%1 of these files are among the variants already: their rows are selected.")
                                .arg(rows.size()));
    for (const int row : rows) {
        Variant variant = variants->at(row);
        if (variant.work || variant.file->state != VariantFile::Here) {
            measure({row});
            continue;
        }
        variant.file->state = VariantFile::Unchecked;
        variants->update(row, variant);
    }
    lookAfter();
}

void VariantFiles::measure(const QVector<int> &rows)
{
    for (const int row : rows)
        if (const Variant &variant = m_workbench.variants()->at(row);
            variant.file && (!variant.work || !variant.work->error.isEmpty()))
            enqueue(row);
    next();
}

void VariantFiles::enqueue(int row)
{
    const Variant &variant = m_workbench.variants()->at(row);
    m_waiting.enqueue({variant.file->path, variant.id});
    m_workbench.variants()->setWork(row, VariantWork{tr("waiting"), 0.0, {}, {}});
}

void VariantFiles::retry(const QString &id)
{
    if (const int row = m_workbench.variants()->rowOf(id); row > 0)
        measure({row});
}

void VariantFiles::cancel(const QString &id)
{
    VariantModel *variants = m_workbench.variants();
    const int row = variants->rowOf(id);
    if (row < 1)
        return;
    if (variants->at(row).file->sha256.isEmpty()) {
        variants->remove({row}); // and with it what is done for it
        return;
    }
    variants->setWork(row, {});
    m_waiting.removeIf([&](const Task &task) { return task.id == id; });
    if (m_runner.isRunning() && m_current.id == id)
        m_runner.abandon();
    next();
}

/// What is done for a variant that is not there any more is not done.
void VariantFiles::forgetRemoved()
{
    const VariantModel *variants = m_workbench.variants();
    const auto isGone = [variants](const Task &task) { return variants->rowOf(task.id) < 0; };
    m_waiting.removeIf(isGone);
    if (m_runner.isRunning() && isGone(m_current)) {
        m_runner.abandon();
        next();
    }
}

void VariantFiles::next()
{
    if (m_runner.isRunning())
        return;
    if (m_waiting.isEmpty()) {
        if (!isBusy())
            emit finished();
        return;
    }
    m_current = m_waiting.dequeue();
    m_runner.setTitle(tr("Measuring %1").arg(QFileInfo(m_current.path).fileName()));
    setStage(0.0, tr("reading the file"));
    m_runner.start(
        [open = m_workbench.model(), path = m_current.path, data = m_workbench.data()](
            const JobContext &ctx) { return inspectFile(open, path, data ? &*data : nullptr, ctx); },
        [this](const Outcome<FileFindings> &outcome) { finish(m_current, outcome); });
}

void VariantFiles::setStage(double fraction, const QString &stage)
{
    if (const int row = m_workbench.variants()->rowOf(m_current.id); row > 0)
        m_workbench.variants()->setWork(
            row,
            VariantWork{stage, fraction, timeLeftText(JobModel::instance()->secondsLeftOf(&m_runner)), {}});
}

void VariantFiles::finish(const Task &task, const Outcome<FileFindings> &outcome)
{
    const int row = m_workbench.variants()->rowOf(task.id);
    if (std::holds_alternative<Cancelled>(outcome))
        cancel(task.id);
    else if (const auto *findings = std::get_if<FileFindings>(&outcome); findings && row > 0)
        show(row, *findings);
    else if (const auto *error = std::get_if<Error>(&outcome); error && row > 0)
        showError(row, *error);
    next();
}

/// In its row; where that has figures, which stay, it is said aloud.
void VariantFiles::showError(int row, const Error &error)
{
    VariantModel *variants = m_workbench.variants();
    const Variant &variant = variants->at(row);
    const bool isNew = variant.file->sha256.isEmpty();
    if (!isNew)
        emit failed(tr("Measuring %1").arg(QDir::toNativeSeparators(variant.file->path)), error);
    variants->setWork(row, isNew ? std::optional(VariantWork{{}, 0.0, {}, messageText(error.message())})
                                 : std::nullopt);
}

void VariantFiles::show(int row, const FileFindings &findings)
{
    VariantModel *variants = m_workbench.variants();
    Variant variant = variants->at(row);
    const bool isNew = variant.file->sha256.isEmpty();
    variant.file = findings.file;
    variant.figures = findings.figures;
    variant.when = QDateTime::currentDateTime();
    variant.data = m_workbench.data() ? m_workbench.data()->samples->description() : Message();
    variants->setWork(row, {});
    variant.work.reset();
    variants->update(row, variant);
    if (!isNew)
        return;
    const auto layers = static_cast<int>(m_workbench.model().layers().size());
    const int found = findings.file.byName + findings.file.byShape;
    emit notice(tr("%1 stands beside the open model now: %2 of %3 layers were found in it, %4 by "
                   "name, %5 by shape.")
                    .arg(findings.file.name(), QString::number(found), QString::number(layers),
                         QString::number(findings.file.byName), QString::number(findings.file.byShape)));
}

void VariantFiles::lookAfter()
{
    if (!m_workbench.hasModel())
        return;
    const QVector<Variant> &variants = m_workbench.variants()->variants();
    const bool unchecked = std::ranges::any_of(variants, [](const Variant &variant) {
        return variant.file && !variant.work && variant.file->state == VariantFile::Unchecked;
    });
    if (unchecked)
        check();
    else
        measureNew();
}

/// Whether files are still there takes reading them.
void VariantFiles::check()
{
    m_checker.start(
        [variants = m_workbench.variants()->variants()](const JobContext &ctx) {
            QMap<QString, VariantFile::State> states;
            for (const Variant &variant : variants) {
                ctx.throwIfCancelled();
                if (variant.file && !variant.work && variant.file->state == VariantFile::Unchecked)
                    states.insert(variant.id, stateOf(*variant.file));
            }
            return states;
        },
        [this](const Outcome<QMap<QString, VariantFile::State>> &outcome) {
            const auto *states = std::get_if<QMap<QString, VariantFile::State>>(&outcome);
            if (!states)
                return;
            VariantModel *variants = m_workbench.variants();
            for (auto state = states->begin(); state != states->end(); ++state) {
                const int row = variants->rowOf(state.key());
                if (row < 0)
                    continue;
                Variant variant = variants->at(row);
                variant.file->state = state.value();
                variants->update(row, variant);
            }
            measureNew();
        });
}

/// Those that were added before there was a data set.
void VariantFiles::measureNew()
{
    if (m_workbench.data() && !m_workbench.isLoadingData()) {
        const QVector<Variant> &variants = m_workbench.variants()->variants();
        for (int row = 1; row < variants.size(); ++row) {
            const Variant &variant = variants[row];
            const bool isNew = variant.file && !variant.work && variant.file->state == VariantFile::Here &&
                               variant.figures.samplesTotal == 0;
            if (isNew)
                enqueue(row);
        }
    }
    next();
}

} // namespace lathe::ui
