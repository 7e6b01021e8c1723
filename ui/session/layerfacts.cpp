#include "ui/session/layerfacts.h"

#include "ui/base/coretexts.h"

#include "core/compress/compressor.h"
#include "core/compress/plan.h"

#include <QCoreApplication>

namespace lathe::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(lathe::ui::LayerFacts)
};

/// Why the layer is no convolution whose kernel could be split along its axes.
QString kernelObstacle(const Layer &layer)
{
    if (layer.kind != LayerKind::Conv || layer.kernel.size() != 2)
        return Words::tr("it is no convolution over two dimensions");
    if (layer.groups > 1)
        return Words::tr("it is a grouped convolution");
    return elementCount(layer.kernel) == 1 ? Words::tr("its kernel is 1×1") : QString();
}

QString whyNot(const Model &model, const Layer &layer)
{
    if (layer.tiedTo)
        return Words::tr("shares its weight with %1")
            .arg(QString::fromStdString(model.layers()[*layer.tiedTo].name));
    return coreText(layer.untouchable);
}

} // namespace

LayerFacts layerFacts(const Model &model, int index, const Calibration *calibration)
{
    const Layer &layer = model.layers().at(static_cast<size_t>(index));
    LayerFacts facts;
    facts.layer = index;
    facts.name = QString::fromStdString(layer.name);
    facts.op = QString::fromStdString(layer.op);
    facts.weights = layer.parameters;
    facts.originalBytes = facts.storedBytes = layer.weightBytes;
    facts.compressible = layer.compressible();
    facts.whyNot = whyNot(model, layer);
    if (!facts.compressible)
        return facts;
    facts.noFactors = coreText(factorizationObstacle(layer));
    facts.noSpatial = facts.noTucker = facts.noSeparable = kernelObstacle(layer);
    if (calibration)
        facts.noCalibration = coreText(calibration->obstacle(static_cast<size_t>(index)));
    for (const RankForm form : {RankForm::Channel, RankForm::Spatial, RankForm::Tucker2}) {
        if (form != RankForm::Channel && !facts.noSpatial.isEmpty())
            continue;
        const RankLimits limits = rankLimits(layer, form);
        facts.ranks.at(static_cast<size_t>(form)) = {static_cast<int>(limits.full),
                                                     static_cast<int>(limits.breakEven)};
    }
    return facts;
}

KnownFacts::KnownFacts(const Model &model, std::shared_ptr<const Calibration> calibration)
    : m_model(model), m_calibration(std::move(calibration)), m_facts(model.layers().size())
{
}

const LayerFacts &KnownFacts::of(int layer)
{
    std::optional<LayerFacts> &facts = m_facts.at(static_cast<size_t>(layer));
    if (!facts)
        facts = layerFacts(m_model, layer, m_calibration.get());
    return *facts;
}

} // namespace lathe::ui
