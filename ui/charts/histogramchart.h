#pragma once
#include "core/analysis/weightstats.h"
#include "ui/charts/handledchart.h"
#include "ui/charts/magnitudeshares.h"

#include <QAreaSeries>
#include <QVector>

#include <optional>

class QToolButton;

namespace lathe::ui {

/// What the handle of the pruning threshold stands for.
struct PruneLine {
    std::optional<double> ratio = {}; ///< share of the weights that goes; empty: none, the handle waits at 0
    QString instead = {};             ///< what is said where no threshold decides which weights go
    QString locked = {};              ///< why there is no handle; empty: there is one
    bool operator==(const PruneLine &) const = default;
};

/// The distribution of the weights of one layer or several: original, compressed over it, quantization levels
/// and the pruning threshold, which can be dragged.
class HistogramChart : public HandledChart {
    Q_OBJECT
public:
    explicit HistogramChart(QWidget *parent = nullptr);

    /// Another subject than before also takes compressed, levels, threshold and pruning of the old one away.
    void setOriginal(const Histogram &histogram, const QString &subject);
    void setCompressed(const Histogram &histogram);     ///< no counts: hides it
    void setLevels(const QVector<double> &levels);      ///< the values codes can stand for; empty: none
    void setThreshold(std::optional<double> threshold); ///< |w| below it is pruned
    void setPruning(const PruneLine &line);
    const PruneLine &pruning() const { return m_pruning; }
    void clear(const QString &why = {}); ///< no reason: nothing is selected

    bool isLogarithmic() const;
    void setLogarithmic(bool on);

    /// Of the handle, in pixels of the view: at the threshold, above zero first.
    QVector<double> handlePlaces() const { return places().xs; }
    QPointF positionOf(int bin) const override;
    QString csv() const override;

signals:
    void ratioDragged(double ratio);  ///< while the handle is held; a share
    void ratioReleased(double ratio); ///< where it was let go, or moved to by a key

protected:
    void restyle() override;
    void paintItems(QPainter &painter) override;
    void refreshAxes() override;
    LineHandle::Places places() const override;
    int itemAt(QPointF position) const override;
    int itemCount() const override { return static_cast<int>(m_original.counts.size()); }
    QStringList describe(int bin) const override;

private:
    void refreshSeries();
    void refreshHandle();
    double handleMagnitude() const;
    void paintLevels(QPainter &painter) const;
    void paintThreshold(QPainter &painter) const;
    void paintBand(QPainter &painter, double magnitude, bool edges) const;
    void paintClippedBars(QPainter &painter) const;
    double heightOf(double count) const; ///< on the vertical axis as it is now
    double top() const;                  ///< of the vertical axis, as a count

    Histogram m_original, m_compressed;
    MagnitudeShares m_shares; ///< of the original
    QString m_subject;
    QVector<double> m_levels;
    std::optional<double> m_threshold;
    PruneLine m_pruning;

    QLineSeries *m_originalLine, *m_compressedLine;
    QAreaSeries *m_originalArea, *m_compressedArea;
    QToolButton *m_log;
    QWidget *m_originalLabel, *m_compressedLabel;
};

} // namespace lathe::ui
