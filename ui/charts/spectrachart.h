#pragma once
#include "core/analysis/weightstats.h"
#include "ui/charts/rankchart.h"
#include "ui/charts/spectrumchart.h"

#include <QPixmap>
#include <QVector>

namespace lathe::ui {

class CurveLegend;

/// One layer among several.
struct LayerSpectrum {
    QString layer;
    std::shared_ptr<const Spectrum> spectrum = {};
    Index breakEven = 0;
    RankBytes bytes = {};
    bool isUsable() const; ///< it has singular values, and a rank at which factors pay off
};

/// Singular values of several layers over each other, each as a share of its largest one over the rank as a
/// share of the layer's break-even: so that layers of all shapes can be told of by one line, which is
/// dragged.
class SpectraChart : public RankChart {
    Q_OBJECT
public:
    explicit SpectraChart(QWidget *parent = nullptr);

    /// Those that cannot be used are left out. @param subject "26 layers"
    void setSpectra(const QVector<LayerSpectrum> &spectra, const QString &subject, const QString &emptyText);
    /// A share of break-even; empty: none is factorized. Left alone while the user drags.
    void setShare(std::optional<double> share);
    std::optional<double> share() const;
    void clear() { setSpectra({}, {}, {}); }
    int layers() const { return int(m_spectra.size()); }

    QPointF positionOf(int item) const override; ///< of a per cent of break-even, from 1; the first item is 0
    QString csv() const override;

signals:
    void shareDragged(double share);  ///< while the line is held
    void shareReleased(double share); ///< where it was let go, or moved to by a key

protected:
    void refreshAxes() override;
    QString lineText() const override;
    void paintCurves(QPainter &painter) override;
    int itemAt(QPointF position) const override;
    int itemCount() const override { return m_spectra.isEmpty() ? 0 : int(m_longest); }
    QStringList describe(int item) const override;

private:
    struct Energy {
        double least = 1.0, mean = 0.0, most = 0.0;
        int leastOf = -1; ///< layer
        qint64 factors = 0, whole = 0;
    };
    Energy energyAt(double percent) const;
    void refreshCurves();
    void drawCurves(QPainter &painter) const;
    QPen penOf(int layer) const;
    int drawn() const; ///< curves: a part of very many layers

    QVector<LayerSpectrum> m_spectra;
    double m_longest = 0.0; ///< per cent of break-even where the last of them is at its full rank
    double m_lowest = 0.0;  ///< logarithm of the smallest share of the largest value
    /// All curves as they were drawn last: the line moves over them, and figures beside them change.
    struct Picture {
        QPixmap pixels; ///< null: nothing was drawn
        QRectF area;    ///< of the plot
        QRgb ink = 0;
    };
    Picture m_picture;
    SeriesLabel *m_eachLabel, *m_energyLabel;
    CurveLegend *m_legend;
};

} // namespace lathe::ui
