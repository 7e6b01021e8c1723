#include "ui/session/layerprobe.h"

#include "core/preview/layersensitivity.h"
#include "core/workflow/runningcosts.h"
#include "ui/base/messages.h"
#include "ui/jobs/timeleft.h"
#include "ui/session/machinerates.h"
#include "ui/session/workbench.h"

#include <QElapsedTimer>

#include <algorithm>

namespace lathe::ui {
namespace {

constexpr QLatin1String sensitivityId("sensitivity");

struct ProbeInput {
    std::shared_ptr<Compressor> compressor;
    std::shared_ptr<Exporter> exporter;
    std::shared_ptr<const SampleSet> samples;
    std::shared_ptr<const Baseline> baseline;
};

/// Of trying each layer: on as many samples as there are, but no more than are asked for.
WorkAmount trials(const Compressor &compressor, const Baseline &baseline)
{
    const auto samples = static_cast<size_t>(baseline.values.rows());
    return trialsWork(compressor.source().layers(), std::min(samples, SensitivityOptions().samples));
}

std::vector<double> probed(const ProbeInput &in, bool timed, const JobContext &ctx)
{
    if (timed)
        return layerLatencies(in.compressor->source(), *in.samples, ctx);
    QElapsedTimer clock;
    clock.start();
    std::vector<double> values =
        layerSensitivities(*in.compressor, in.exporter, *in.samples, *in.baseline, {}, ctx);
    machineRates()->learn(trials(*in.compressor, *in.baseline), 1e-3 * static_cast<double>(clock.elapsed()));
    return values;
}

} // namespace

LayerProbe::LayerProbe(Workbench &workbench, QObject *parent) : QObject(parent), m_workbench(workbench)
{
    connect(&workbench, &Workbench::modelChanged, this, &LayerProbe::forget);
    connect(&workbench, &Workbench::dataChanged, this, &LayerProbe::forget);
}

void LayerProbe::forget()
{
    m_runner.abandon();
    m_known.clear();
    emit forgotten();
}

QString LayerProbe::costOf(const QString &id) const
{
    const auto &data = m_workbench.data();
    if (id != sensitivityId || m_known.contains(id) || !m_workbench.hasModel() || !data)
        return {};
    return aboutTimeText(machineRates()->seconds(trials(*m_workbench.compressor(), *data->baseline)));
}

void LayerProbe::request(const QString &id)
{
    if (m_known.contains(id)) {
        emit measured(id, m_known[id]);
        return;
    }
    const auto &data = m_workbench.data();
    if (!m_workbench.hasModel() || !data) {
        emit refused(tr("This is measured on samples: choose a data set first (Ctrl+D)."));
        return;
    }
    const bool timed = id == QLatin1String("latency");
    const ProbeInput input{m_workbench.compressor(), m_workbench.exporter(), data->samples, data->baseline};
    m_runner.setTitle(timed ? tr("Timing the layers") : tr("Trying each layer alone in 4 bits"));
    m_runner.start([input, timed](const JobContext &ctx) { return probed(input, timed, ctx); },
                   [this, id](const Outcome<std::vector<double>> &outcome) {
                       if (const auto *values = std::get_if<std::vector<double>>(&outcome)) {
                           m_known.insert(id, *values);
                           emit measured(id, *values);
                       } else if (const auto *error = std::get_if<Error>(&outcome)) {
                           emit refused(messageText(error->message()));
                       }
                   });
}

} // namespace lathe::ui
