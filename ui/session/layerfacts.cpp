#include "ui/session/layerfacts.h"

#include "ui/base/messages.h"

#include <QCoreApplication>

namespace lathe::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(lathe::ui::LayerFacts)
};

QString whyNot(const Model &model, const Layer &layer)
{
    if (layer.tiedTo)
        return Words::tr("shares its weight with %1")
            .arg(QString::fromStdString(model.layers()[*layer.tiedTo].name));
    return messageText(layer.untouchable);
}

} // namespace

LayerObstacles obstaclesOf(const Compressor &compressor, const ChannelMap *channels, int layer)
{
    const auto i = static_cast<size_t>(layer);
    LayerObstacles obstacles = lathe::obstaclesOf(compressor, i);
    if (channels != nullptr) {
        obstacles.channels = channels->noChannels.at(i);
        obstacles.drop = channels->noDrop.at(i);
    }
    return obstacles;
}

LayerFacts layerFacts(const Compressor &compressor, const ChannelMap *channels, int index)
{
    const Model &model = compressor.source();
    const Layer &layer = model.layers().at(static_cast<size_t>(index));
    LayerFacts facts;
    facts.layer = index;
    facts.name = QString::fromStdString(layer.name);
    facts.op = QString::fromStdString(layer.op);
    facts.weights = layer.parameters;
    facts.originalBytes = facts.storedBytes = layer.fileBytes;
    facts.pending = true;
    facts.compressible = layer.compressible();
    facts.whyNot = whyNot(model, layer);
    if (!facts.compressible)
        return facts;
    const LayerObstacles obstacles = obstaclesOf(compressor, channels, index);
    facts.noFactors = messageText(obstacles.factors);
    facts.noSpatial = facts.noTucker = facts.noSeparable = messageText(obstacles.imageKernel);
    facts.noFold = messageText(obstacles.fold);
    facts.noRenormalize = messageText(obstacles.renormalize);
    const QString underWay = Words::tr("what can go is being looked for");
    facts.noChannels = channels != nullptr ? messageText(obstacles.channels) : underWay;
    facts.noDrop = channels != nullptr ? messageText(obstacles.drop) : underWay;
    facts.noCalibration = messageText(obstacles.calibration);
    facts.noGradients = messageText(obstacles.gradients);
    for (const RankForm form : {RankForm::Channel, RankForm::Spatial, RankForm::Tucker2}) {
        if (form != RankForm::Channel && !facts.noSpatial.isEmpty())
            continue;
        const RankLimits limits = rankLimits(layer, form);
        facts.ranks.at(static_cast<size_t>(form)) = {static_cast<int>(limits.full),
                                                     static_cast<int>(limits.breakEven)};
    }
    return facts;
}

KnownFacts::KnownFacts(std::shared_ptr<const Compressor> compressor,
                       std::shared_ptr<const ChannelMap> channels)
    : m_compressor(std::move(compressor)), m_channels(std::move(channels)),
      m_facts(m_compressor->source().layers().size())
{
}

const LayerFacts &KnownFacts::of(int layer)
{
    std::optional<LayerFacts> &facts = m_facts.at(static_cast<size_t>(layer));
    if (!facts)
        facts = layerFacts(*m_compressor, m_channels.get(), layer);
    return *facts;
}

} // namespace lathe::ui
