#include "ui/session/channelstudy.h"

#include "ui/base/messages.h"

namespace lathe::ui {

ChannelStudy::ChannelStudy(QObject *parent) : QObject(parent)
{
    for (JobRunner *runner : {&m_runner, &m_deadRunner})
        runner->setThreads(1); // the other cores measure
}

void ChannelStudy::setCompressor(const std::shared_ptr<const Compressor> &compressor, bool isOtherModel)
{
    if (isOtherModel) {
        m_deadRunner.abandon();
        m_map.reset();
        m_dead.reset();
        m_failure.clear();
    }
    using Map = std::shared_ptr<const ChannelMap>;
    m_runner.start([compressor](const JobContext &ctx) { return channelMap(*compressor, ctx); },
                   [this, compressor](const Outcome<Map> &outcome) {
                       if (m_map)
                           return; // of the same model: it is only the compressor that had to learn it
                       if (const auto *map = std::get_if<Map>(&outcome))
                           take(compressor->source(), *map);
                       else if (const auto *error = std::get_if<Error>(&outcome))
                           m_failure = messageText(error->message());
                       emit changed();
                   });
}

void ChannelStudy::take(const Model &model, const std::shared_ptr<const ChannelMap> &map)
{
    using Dead = std::vector<DeadChannels>;
    m_map = map;
    m_deadRunner.start([model, map](const JobContext &ctx) { return findDeadChannels(model, *map, ctx); },
                       [this](const Outcome<Dead> &outcome) {
                           const auto *dead = std::get_if<Dead>(&outcome);
                           m_dead = dead ? *dead : Dead(); // weights that cannot be read
                           emit deadFound();
                       });
}

} // namespace lathe::ui
