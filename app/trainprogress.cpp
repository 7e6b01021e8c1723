#include "app/trainprogress.h"

#include "app/output.h"
#include "core/base/systemreason.h"

#include <cerrno>

namespace lathe {
namespace {

constexpr auto pause = std::chrono::milliseconds(100); ///< between two updates that are told

Json lossJson(const train::LossValue &loss)
{
    return {{"total", numberJson(loss.total)},
            {"labels", numberJson(loss.labels)},
            {"distillation", numberJson(loss.distillation)},
            {"features", numberJson(loss.features)}};
}

} // namespace

Json judgementJson(const std::optional<train::Judgement> &judged)
{
    if (!judged)
        return nullptr;
    return {{"samples", judged->samples},
            {"accuracy", optionalJson(judged->accuracy)},
            {"loss", numberJson(judged->loss)}};
}

Json epochJson(const train::EpochRecord &record)
{
    return {{"step", record.step + 1},
            {"epoch", numberJson(record.epoch)},
            {"rate", numberJson(record.rate)},
            {"loss", lossJson(record.loss)},
            {"validation", judgementJson(record.judged)},
            {"zeros", numberJson(record.zeros)},
            {"seconds", numberJson(record.seconds)},
            {"best", record.best}};
}

std::string stopName(train::TrainingResult::Stop stop)
{
    using Stop = train::TrainingResult::Stop;
    switch (stop) {
    case Stop::Done:
        return "done";
    case Stop::Cancelled:
        return "cancelled";
    case Stop::Diverged:
        break;
    }
    return "diverged";
}

TrainProgress::TrainProgress(const std::string &target, bool append, Console &console)
    : m_console(console), m_target(target), m_wanted(!target.empty())
{
    if (target.empty() || target == "-")
        return;
    m_file.reset(std::fopen(target.c_str(), append ? "ae" : "we"));
    if (!m_file)
        throw Error(ErrorCode::FileUnwritable,
                    Message::tr("Cannot write {}: {}.", target, systemReason(errno)));
}

void TrainProgress::write(const Json &line)
{
    const std::string text = line.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
    std::FILE *to = m_file ? m_file.get() : stderr;
    if (std::fputs(text.c_str(), to) >= 0 && std::fflush(to) == 0)
        return;
    m_wanted = false; // nobody can look on any more; what is trained is worth more
    m_console.message(
        Message::tr("Cannot write {}: {}. Training goes on without it.", m_target, systemReason(errno))
            .text());
}

void TrainProgress::tell(const train::TrainingEvent &event)
{
    using Kind = train::TrainingEvent::Kind;
    if (!m_wanted)
        return;
    if (event.kind == Kind::Note) {
        write({{"event", "note"}, {"note", event.note.text()}});
        return;
    }
    if (event.kind == Kind::Epoch) {
        Json line{{"event", "epoch"}};
        line.update(epochJson(*event.record));
        write(line);
        return;
    }
    const auto now = Clock::now();
    if (now - m_last < pause)
        return;
    m_last = now;
    write({{"event", "update"},
           {"step", event.step + 1},
           {"epoch", numberJson(event.epoch)},
           {"epochs", numberJson(event.epochs)},
           {"updates", event.updates},
           {"rate", numberJson(event.rate)},
           {"loss", lossJson(event.loss)},
           {"fraction", numberJson(event.fraction)},
           {"seconds", numberJson(event.seconds)},
           {"seconds_left", numberJson(event.secondsLeft)}});
}

void TrainProgress::end(const train::TrainingResult &result)
{
    if (m_wanted)
        write({{"event", "end"},
               {"stopped", stopName(result.stop)},
               {"reason", result.reason.text()},
               {"best", epochJson(result.best)},
               {"seconds", numberJson(result.seconds)}});
}

} // namespace lathe
