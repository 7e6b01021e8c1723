#pragma once
#include "core/evaluate/measure.h"

#include <QWidget>

namespace lathe::ui {

/// The figures of the moment: baseline above, current recipe below, in columns that stand still.
class NowStrip : public QWidget {
    Q_OBJECT
public:
    struct Figures {
        enum State { NoData, Outdated, Measuring, Settled, Failed };
        std::optional<Interval> top1, top1Difference;   ///< fractions
        std::optional<double> agreement;                ///< fraction
        qint64 bytes = 0, originalBytes = 0;            ///< 0: not known yet
        std::optional<qint64> macs, originalMacs;       ///< for one sample
        std::optional<double> latency, baselineLatency; ///< seconds
        std::optional<double> sqnr;                     ///< decibel
        std::optional<double> meanKl;                   ///< nats
        qint64 samplesDone = 0, samplesTotal = 0;
        State state = NoData;
        QString note; ///< one sentence: why a figure is missing, what failed
    };

    explicit NowStrip(QWidget *parent = nullptr);

    void setBaseline(const Figures &figures);
    void setCurrent(const Figures &figures);

private:
    Figures m_baseline, m_current;
};

} // namespace lathe::ui
