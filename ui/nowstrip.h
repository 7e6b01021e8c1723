#pragma once
#include "core/evaluate/measure.h"

#include <QWidget>

#include <array>

class QLabel;

namespace lathe::ui {

class FigureLabel;

/// The figures of the moment: baseline above, current recipe below, in columns that stand still.
class NowStrip : public QWidget {
    Q_OBJECT
public:
    /// A difference that is not measured yet.
    struct Guess {
        double difference = 0.0;   ///< fraction
        double typicalError = 0.0; ///< of earlier guesses, fraction
        int points = 0, checked = 0;
    };
    struct Figures {
        enum State { NoData, Outdated, Measuring, Settled, Failed };
        std::optional<Interval> top1, top1Difference;   ///< fractions
        std::optional<double> agreement;                ///< fraction
        qint64 bytes = 0, originalBytes = 0;            ///< 0: not known yet
        std::optional<qint64> macs, originalMacs;       ///< for one sample
        std::optional<double> latency, baselineLatency; ///< seconds
        std::optional<qint64> memory, baselineMemory;   ///< bytes while a sample runs
        std::optional<Interval> fullSet; ///< of the difference that all samples would show, fractions
        std::optional<Guess> guess;      ///< until something is measured
        std::optional<double> sqnr;      ///< decibel
        std::optional<double> meanKl;    ///< nats
        qint64 samplesDone = 0, samplesTotal = 0;
        State state = NoData;
        QString note; ///< one sentence: why a figure is missing, what failed
    };
    enum Column { Accuracy, Difference, Agreement, Size, Ratio, Macs, Memory, Latency, ColumnCount };

    explicit NowStrip(QWidget *parent = nullptr);

    void setBaseline(const Figures &figures);
    void setCurrent(const Figures &figures);
    /// As shown, with its note: "−0.5 ± 0.4 (214/500)".
    QString currentText(Column column) const;
    QString baselineText(Column column) const;

    QSize minimumSizeHint() const override;

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    using Row = std::array<FigureLabel *, ColumnCount>;
    void showFigures(const Row &row, const Figures &figures, bool isBaseline);
    void showNote();
    Figures baselineBeside(const Figures &current) const;
    void reserveCounts();
    void fitFigures();
    int widthAt(double scale) const;

    Figures m_baseline, m_current;
    Row m_baselineRow{}, m_currentRow{};
    std::array<QLabel *, ColumnCount> m_titles{};
    QString m_widestCount;
    QLabel *m_currentTitle;
    QLabel *m_noteIcon;
    QLabel *m_note;
};

} // namespace lathe::ui
