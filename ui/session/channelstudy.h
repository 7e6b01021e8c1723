#pragma once
#include "ui/jobs/jobrunner.h"
#include "ui/session/deadchannels.h"

#include <QString>

namespace lathe::ui {

/// Follows the channels of the open model in the background.
class ChannelStudy : public QObject {
    Q_OBJECT
public:
    explicit ChannelStudy(QObject *parent = nullptr);

    /// Of another model, or of the same with other data: then what is known stays, and the compressor learns
    /// it too before it is asked.
    void setCompressor(const std::shared_ptr<const Compressor> &compressor, bool isOtherModel);

    /// Null while it is being looked for, and where that failed.
    const std::shared_ptr<const ChannelMap> &map() const { return m_map; }
    QString failure() const { return m_failure; } ///< why there is no map; empty: there is, or will be
    bool isDone() const { return m_map || !m_failure.isEmpty(); }

    /// Channels that give nothing; null while they are being looked for.
    const std::optional<std::vector<DeadChannels>> &dead() const { return m_dead; }
    bool isDeadKnown() const { return m_dead || !m_failure.isEmpty(); }

signals:
    void changed(); ///< they are known, or cannot be
    void deadFound();

private:
    void take(const Model &model, const std::shared_ptr<const ChannelMap> &map);

    std::shared_ptr<const ChannelMap> m_map;
    std::optional<std::vector<DeadChannels>> m_dead;
    QString m_failure;
    JobRunner m_runner, m_deadRunner;
};

} // namespace lathe::ui
