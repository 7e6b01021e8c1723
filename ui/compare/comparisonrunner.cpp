#include "ui/compare/comparisonrunner.h"

#include "ui/base/messages.h"
#include "ui/jobs/jobmodel.h"
#include "ui/session/refusal.h"
#include "ui/session/workbench.h"

#include <algorithm>

namespace lathe::ui {
namespace {

constexpr qsizetype mostKnown = 10; // variants; each may hold the answers to thousands of samples

QString keyOf(const Variant &variant)
{
    if (variant.file)
        return variant.file->sha256 + QLatin1Char(' ') + variant.file->path;
    const std::string values = variant.tuning ? variant.tuning->sha256() : std::string();
    return QString::fromStdString(values + toJson(variant.recipe));
}

} // namespace

ComparisonRunner::ComparisonRunner(QObject *parent) : QObject(parent)
{
    m_runner.setTitle(tr("Comparing variants"));
    m_runner.setRepeatable(true);
    connect(&m_runner, &JobRunner::progressed, this,
            [this](double fraction, const Message &stage) { emit progressed(fraction, messageText(stage)); });
}

void ComparisonRunner::start(Workbench &workbench, const QVector<Variant> &variants)
{
    ComparisonTask task;
    task.data = workbench.data();
    QStringList keys;
    for (const Variant &variant : variants) {
        task.variants.emplace_back(variant);
        keys << keyOf(variant);
        const auto known = std::ranges::find(m_known, keys.back(), &Known::key);
        task.known.push_back(known == m_known.end() ? nullptr : known->study);
    }
    std::vector<Recipe> recipes;
    for (const Variant &variant : variants)
        if (!variant.file)
            recipes.push_back(variant.recipe);
    const QString missing = missingCalibration(*workbench.compressor(), recipes, workbench.dataState(),
                                               task.data ? task.data->calibrationFailure : Message());
    m_runner.startStreaming<SharedComparison>(
        [compressor = workbench.compressor(), exporter = workbench.exporter(),
         task](const JobContext &ctx, const std::function<void(SharedComparison)> &deliver) {
            return compareVariants(*compressor, *exporter, task, ctx, deliver);
        },
        [this, keys](const SharedComparison &comparison) {
            keep(keys, *comparison);
            emit advanced(comparison);
        },
        [this, keys, missing](const Outcome<SharedComparison> &outcome) {
            if (const auto *comparison = std::get_if<SharedComparison>(&outcome)) {
                keep(keys, **comparison);
                emit advanced(*comparison);
            }
            const auto *error = std::get_if<Error>(&outcome);
            emit ended(!error ? QString()
                       : error->code() == ErrorCode::InvalidArgument && !missing.isEmpty()
                           ? missing
                           : messageText(error->message()));
        });
}

void ComparisonRunner::keep(const QStringList &keys, const VariantComparison &comparison)
{
    for (qsizetype v = 0; v < keys.size(); ++v) {
        const auto &study = comparison.studies[static_cast<size_t>(v)];
        if (!study)
            continue;
        m_known.removeIf([&](const Known &known) { return known.key == keys[v]; });
        m_known.append({keys[v], study});
    }
    if (m_known.size() > mostKnown)
        m_known.remove(0, m_known.size() - mostKnown);
}

void ComparisonRunner::forget()
{
    m_runner.abandon();
    m_known.clear();
}

void ComparisonRunner::forgetCalibrated()
{
    m_runner.abandon();
    m_known.removeIf([](const Known &known) {
        const std::optional<CompressedModel> &compressed = known.study->weights.compressed;
        return compressed && (!compressed->calibration.empty() || compressed->tuning);
    });
}

QString ComparisonRunner::timeLeft() const
{
    return timeLeftText(JobModel::instance()->secondsLeftOf(&m_runner));
}

} // namespace lathe::ui
