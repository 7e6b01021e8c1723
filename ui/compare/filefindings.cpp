#include "ui/compare/filefindings.h"

#include "core/base/fileio.h"
#include "core/measure/batches.h"
#include "core/measure/modelfit.h"
#include "core/runtime/shapes.h"

#include <QCoreApplication>
#include <QFileInfo>

#include <algorithm>

namespace lathe::ui {
namespace {

constexpr double secondsForLatency = 1.0;

struct Words {
    Q_DECLARE_TR_FUNCTIONS(lathe::ui::VariantFiles)
};

[[noreturn]] void refuse(const QString &sentence)
{
    throw Error(ErrorCode::InvalidArgument, sentence.toStdString());
}

/// In turns with the open model, as the strip's figures are.
void measureLatency(Figures &figures, const Model &open, const Model &file, const LoadedData &data,
                    const JobContext &ctx)
{
    const Session baseline(open);
    const Session session(file);
    const Session *const both[] = {&baseline, &session};
    const double estimate = std::max(data.baseline->latencySeconds, 1e-6);
    const int repeats = std::clamp(static_cast<int>(secondsForLatency / estimate / 2.0), 3, 50);
    const std::vector<double> seconds = interleavedLatency(both, *data.samples, repeats, ctx);
    figures.baselineLatency = seconds.at(0);
    figures.latency = seconds.at(1);
}

/// As for recipes: what a sample needs while it runs, and the weights as the runtime holds them.
void measureMemory(Figures &figures, const Model &open, const MatchedFile &file, const LoadedData &data,
                   const JobContext &ctx)
{
    const size_t batch = std::max<size_t>(1, fixedBatch(Session(open).inputs()));
    const SampleFeeds feeds(*data.samples, std::vector<size_t>{0}, batch);
    figures.baselineMemory = peakActivationBytes(open, feeds.views(), ctx) + open.serializedBytes();
    figures.memory = peakActivationBytes(file.model, feeds.views(), ctx) + file.readable.loadedBytes;
}

} // namespace

MatchedFile matchFile(const Model &open, const QString &path, const QString &sha256, const JobContext &ctx)
{
    Model model = Model::load(path.toStdString(), ctx.part(0.0, 0.4));
    if (!sha256.isEmpty() && sha256.toStdString() != model.sha256())
        refuse(Words::tr("%1 is not the file that was measured any more. Add it anew.")
                   .arg(QFileInfo(path).fileName()));
    ReadableModel readable = readableModel(model, ctx.part(0.4, 1.0));
    LayerMatching matching =
        matchLayers(open.layers(), readable.model.layers(), feedingLayers(readable.model));
    return {std::move(model), std::move(readable), std::move(matching)};
}

FileFindings inspectFile(const Model &open, const QString &path, const LoadedData *data,
                         const JobContext &ctx)
{
    const MatchedFile matched = matchFile(open, path, {}, ctx.part(0.0, 0.2));
    if (const std::string obstacle = obstacleToMeasuring(open, matched.model); !obstacle.empty())
        refuse(Words::tr("%1 cannot stand beside the open model. %2")
                   .arg(QFileInfo(path).fileName(), QString::fromStdString(obstacle)));
    FileFindings findings;
    findings.file.path = QFileInfo(path).absoluteFilePath();
    findings.file.sha256 = QString::fromStdString(matched.model.sha256());
    findings.file.bytes = matched.model.fileBytes();
    findings.file.zeros = matched.readable.sparsity(ctx);
    findings.file.byName = static_cast<int>(matched.matching.count(LayerMatching::By::Name));
    findings.file.byShape = static_cast<int>(matched.matching.count(LayerMatching::By::Shape));
    findings.file.state = VariantFile::Here;
    Figures &figures = findings.figures;
    figures = baselineFigures(open, nullptr); // what it stands beside
    figures.bytes = findings.file.bytes;
    const Model completed = completeShapes(matched.readable.model, ctx.part(0.2, 0.3));
    figures.macs = completed.macs();
    figures.moreMacs = completed.hasMoreMacs();
    if (data) {
        setQuality(figures, measurePreview(matched.model, *data->samples, *data->baseline, nullptr,
                                           ctx.part(0.3, 0.9)));
        measureLatency(figures, open, matched.model, *data, ctx.part(0.9, 0.97));
        measureMemory(figures, open, matched, *data, ctx.part(0.97, 1.0));
        figures.running = Figures::Settled;
    }
    return findings;
}

VariantFile::State stateOf(const VariantFile &file)
{
    if (!QFileInfo(file.path).isFile())
        return VariantFile::Gone;
    const auto hash = runGuarded([&] { return sha256OfFile(file.path.toStdString()); });
    const auto *found = std::get_if<std::string>(&hash);
    if (!found)
        return VariantFile::Gone; // what cannot be read is as good as not there
    return file.sha256.isEmpty() || *found == file.sha256.toStdString() ? VariantFile::Here
                                                                        : VariantFile::Changed;
}

} // namespace lathe::ui
