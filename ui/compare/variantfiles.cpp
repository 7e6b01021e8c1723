#include "ui/compare/variantfiles.h"

#include "ui/session/workbench.h"

#include <QDir>
#include <QFileInfo>
#include <QUuid>

#include <algorithm>

namespace lathe::ui {

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
    connect(&workbench, &Workbench::dataChanged, this, &VariantFiles::lookAfter, Qt::QueuedConnection);
}

void VariantFiles::add(const QStringList &paths)
{
    if (!m_workbench.hasModel())
        return;
    for (const QString &path : paths)
        m_waiting.enqueue({path, {}});
    next();
}

void VariantFiles::measure(const QVector<int> &rows)
{
    for (const int row : rows) {
        const Variant &variant = m_workbench.variants()->at(row);
        if (variant.file)
            m_waiting.enqueue({variant.file->path, variant.id});
    }
    next();
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
    const Task task = m_waiting.dequeue();
    m_runner.setTitle(tr("Measuring %1").arg(QFileInfo(task.path).fileName()));
    m_runner.start(
        [open = m_workbench.model(), path = task.path, data = m_workbench.data()](const JobContext &ctx) {
            return inspectFile(open, path, data ? &*data : nullptr, ctx);
        },
        [this, task](const Outcome<FileFindings> &outcome) { finish(task, outcome); });
}

void VariantFiles::finish(const Task &task, const Outcome<FileFindings> &outcome)
{
    if (const auto *findings = std::get_if<FileFindings>(&outcome))
        show(task, *findings);
    else if (const auto *error = std::get_if<Error>(&outcome))
        emit failed(tr("Adding %1").arg(QDir::toNativeSeparators(task.path)), *error);
    next();
}

void VariantFiles::show(const Task &task, const FileFindings &findings)
{
    VariantModel *variants = m_workbench.variants();
    const int row = task.id.isEmpty() ? -1 : variants->rowOf(task.id);
    if (!task.id.isEmpty() && row < 0)
        return; // deleted meanwhile
    Variant variant;
    if (row >= 0) {
        variant = variants->at(row);
    } else {
        variant.id = QUuid::createUuid().toString(QUuid::WithoutBraces);
        variant.name = variants->freeName(QFileInfo(task.path).completeBaseName());
    }
    variant.file = findings.file;
    variant.figures = findings.figures;
    variant.when = QDateTime::currentDateTime();
    variant.data = m_workbench.data() ? m_workbench.data()->samples->description() : Message();
    if (row >= 0) {
        variants->update(row, variant);
        return;
    }
    variants->append(variant);
    const auto layers = static_cast<int>(m_workbench.model().layers().size());
    const int found = findings.file.byName + findings.file.byShape;
    emit notice(tr("%1 stands beside the open model now: %2 of %3 layers were found in it, %4 by "
                   "name, %5 by shape.")
                    .arg(findings.file.name())
                    .arg(found)
                    .arg(layers)
                    .arg(findings.file.byName)
                    .arg(findings.file.byShape));
}

void VariantFiles::lookAfter()
{
    if (!m_workbench.hasModel())
        return;
    const QVector<Variant> &variants = m_workbench.variants()->variants();
    const bool unchecked = std::ranges::any_of(variants, [](const Variant &variant) {
        return variant.file && variant.file->state == VariantFile::Unchecked;
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
                if (variant.file && variant.file->state == VariantFile::Unchecked)
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
            const bool isNew =
                variant.file && variant.file->state == VariantFile::Here && variant.figures.samplesTotal == 0;
            const bool waits =
                std::ranges::any_of(m_waiting, [&](const Task &task) { return task.id == variant.id; });
            if (isNew && !waits)
                measure({row});
        }
    }
    next();
}

} // namespace lathe::ui
