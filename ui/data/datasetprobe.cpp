#include "ui/data/datasetprobe.h"

#include "core/base/fileio.h"
#include "ui/base/format.h"
#include "ui/base/imagepicture.h"
#include "ui/base/messages.h"
#include "ui/session/dataloader.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <algorithm>

namespace lathe::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(lathe::ui::DatasetProbe)
};

constexpr int thumbnailSide = 64;
// Below this many times the rate of guessing, something is wrong more often than the model is that weak.
constexpr double suspiciousMultipleOfChance = 1.5;

QImage thumbnailOf(const Image &image)
{
    return toQImage(image, isDark(image))
        .scaled(thumbnailSide, thumbnailSide, Qt::KeepAspectRatio, Qt::SmoothTransformation);
}

/// The folder of FOLDER or FOLDER:SPLIT.
QString folderOf(const QString &reference)
{
    if (QFileInfo(reference).isDir())
        return reference;
    return reference.section(QLatin1Char(':'), 0, -2);
}

QString formatOf(const QString &reference)
{
    const QDir folder(folderOf(reference));
    if (!folder.exists(QStringLiteral("dataset.json")))
        return QStringLiteral("image_folder");
    const std::string json = readFile(folder.filePath(QStringLiteral("dataset.json")).toStdString());
    return QJsonDocument::fromJson(QByteArray::fromStdString(json)).object()["format"].toString();
}

} // namespace

QString sampleLabel(const Dataset &dataset, size_t index)
{
    const int label = dataset.label(index);
    if (label < 0)
        return QString::fromStdString(dataset.sampleName(index));
    const auto &names = dataset.classes();
    const auto i = static_cast<size_t>(label);
    return i < names.size() ? QString::fromStdString(names[i]) : QString::number(label);
}

DatasetPreview probeDataset(const QString &reference, int thumbnails, const JobContext &ctx)
{
    DatasetPreview preview;
    preview.dataset =
        std::make_shared<const Dataset>(Dataset::open(reference.toStdString(), ctx.part(0.0, 0.7)));
    preview.format = formatOf(reference);
    const Dataset &dataset = *preview.dataset;
    if (!dataset.holdsImages())
        return preview;
    const size_t shown = std::min(dataset.size(), static_cast<size_t>(thumbnails));
    for (size_t i = 0; i < shown; ++i) {
        ctx.checkpoint(0.7 + 0.3 * static_cast<double>(i) / static_cast<double>(shown),
                       Message::tr("reading images"));
        const size_t index = i * dataset.size() / shown;
        preview.thumbnails.push_back({thumbnailOf(dataset.image(index, ctx)), sampleLabel(dataset, index)});
    }
    return preview;
}

QVector<PreprocessingCandidate> preprocessingCandidates(const Model &model)
{
    QString source;
    const Preprocessing standard = defaultPreprocessing(model, &source);
    QVector<PreprocessingCandidate> candidates{{source, standard, true}};
    for (const std::string &name : preprocessingPresets())
        candidates.push_back({QString::fromStdString(name), preprocessingPreset(name), false});
    return candidates;
}

void checkPreprocessing(const Model &model, const Dataset &dataset,
                        const QVector<PreprocessingCandidate> &candidates, const QVector<int> &which,
                        int samples, const std::function<void(PreprocessingCheck)> &deliver,
                        const JobContext &ctx)
{
    // One that does not fit says so; the others may.
    const auto tried = [&](int candidate, const auto &measure) {
        PreprocessingCheck check;
        check.candidate = candidate;
        try {
            measure(check);
        } catch (const Error &error) {
            check.problem = messageText(error.message());
        }
        deliver(check);
        return check.problem.isEmpty();
    };
    QVector<int> fitting;
    for (const int candidate : which) {
        const bool fits = tried(candidate, [&](PreprocessingCheck &check) {
            (void)SampleSet::prepare(model, dataset, candidates[candidate].preprocessing, 1,
                                     ctx.part(0.0, 0.0));
            check.firstOnly = true;
        });
        if (fits)
            fitting << candidate;
    }
    if (fitting.isEmpty())
        return;
    const Session session(model);
    const auto count = static_cast<double>(fitting.size());
    for (int i = 0; i < fitting.size(); ++i) {
        const JobContext part = ctx.part(i / count, (i + 1) / count);
        tried(fitting[i], [&](PreprocessingCheck &check) {
            const SampleSet set = SampleSet::prepare(model, dataset, candidates[fitting[i]].preprocessing,
                                                     static_cast<size_t>(samples), part.part(0.0, 0.5));
            const Outputs outputs = runSamples(session, set, {}, part.part(0.5, 1.0));
            check.top1 = metricsOf(outputs.values, set.labels()).top1;
        });
    }
}

QString preprocessingWarning(const QVector<PreprocessingCandidate> &candidates,
                             const QVector<PreprocessingCheck> &checks, int chosen, size_t classes)
{
    const PreprocessingCheck *mine = nullptr;
    const PreprocessingCheck *best = nullptr;
    for (const PreprocessingCheck &check : checks) {
        if (check.candidate == chosen)
            mine = &check; // the last one knows most
        if (check.top1 && (!best || check.top1->value > best->top1->value))
            best = &check;
    }
    if (!mine)
        return {};
    if (!mine->problem.isEmpty())
        return mine->problem;
    if (!mine->top1)
        return {};
    if (best != mine && best->top1->low > mine->top1->high)
        return Words::tr("\"%1\" gives %2, clearly more than the %3 of the chosen one.")
            .arg(candidates[best->candidate].name, percent(best->top1->value), percent(mine->top1->value));
    const double chance = classes > 0 ? 1.0 / static_cast<double>(classes) : 0.0;
    if (mine->top1->value <= chance * suspiciousMultipleOfChance)
        return Words::tr("%1 is what guessing gives. The preprocessing, the order of the classes or the data "
                         "do not fit "
                         "this model.")
            .arg(percent(mine->top1->value));
    return {};
}

} // namespace lathe::ui
