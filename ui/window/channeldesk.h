#pragma once
#include "core/recipe/channelcriteria.h"
#include "ui/charts/channelchart.h"
#include "ui/jobs/jobrunner.h"
#include "ui/session/channelmap.h"
#include "ui/window/chartedits.h"

#include <map>

namespace lathe::ui {

/// The chart of the channels of the layer in focus: what they are worth is worked out in the background, what
/// is dragged in it goes into the recipe. Whoever lays the chart out owns it.
class ChannelDesk : public QObject {
    Q_OBJECT
public:
    explicit ChannelDesk(Workbench &workbench, QObject *parent = nullptr);

    ChannelChart *chart() const { return m_chart; }

private:
    /// What channels are looked at: as the recipe finds them where it changes the model before they go.
    struct Subject {
        Model model;
        std::shared_ptr<const ChannelGroups> groups;
        size_t index = 0;
        ChannelCriterion criterion = ChannelCriterion::L2;
        std::shared_ptr<const Calibration> calibration; ///< null where the criterion needs none
        const ChannelGroup &group() const { return groups->groups[index]; }
    };
    struct Scores {
        std::vector<double> values;
        bool byNorm = false; ///< the criterion is not for this group
    };
    /// By content of the model, calibration, group and criterion.
    using Key = std::tuple<const void *, const void *, std::string, ChannelCriterion>;

    void refresh();
    QString whyNothing() const;
    Subject subject() const;
    static Key keyOf(const Subject &subject);
    void score(const Subject &subject);
    void remember(const Subject &subject, const Scores &scores);
    void show(const Subject &subject, const Scores &scores);
    std::vector<bool> gone(const ChannelGroup &group) const;
    int layer() const;

    Workbench &m_workbench;
    ChartEdits m_edits;
    ChannelChart *m_chart;
    std::map<Key, Scores> m_known; ///< of the open model
    std::vector<Subject> m_scored; ///< keep alive what keys speak of
    std::optional<Key> m_current;  ///< being worked out
    int m_shownLayer = -1;
    JobRunner m_runner;
};

} // namespace lathe::ui
