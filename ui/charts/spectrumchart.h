#pragma once
#include "core/analysis/weightstats.h"
#include "ui/charts/rankchart.h"

#include <QVector>

#include <optional>

namespace lathe::ui {

/// What the weights of a layer take in the numbers of its file.
struct RankBytes {
    qint64 whole = 0;             ///< as they are; 0: not known
    QVector<qint64> factors = {}; ///< of rank 1, 2, ...
};

/// Singular values (log) and the energy curve of one layer, with the rank line to drag and the break-even
/// line.
class SpectrumChart : public RankChart {
    Q_OBJECT
public:
    explicit SpectrumChart(QWidget *parent = nullptr);

    /// Another layer's name than before takes the rank of the old one away.
    void setSpectrum(const Spectrum &spectrum, Index breakEven, const QString &layerName,
                     const RankBytes &bytes = {});
    /// Empty: not factorized; the line waits, hollow, at full rank. Left alone while the user drags.
    void setRank(std::optional<int> rank);
    std::optional<int> rank() const;
    void clear(const QString &why = {}); ///< no reason: nothing is selected

    QPointF positionOf(int item) const override; ///< of a singular value, counted from 0
    QString csv() const override;

signals:
    void rankDragged(int rank);  ///< while the line is held
    void rankReleased(int rank); ///< where it was let go, or moved to by a key

protected:
    void restyle() override;
    void refreshAxes() override;
    QString lineText() const override;
    LineHandle::Places places() const override;
    int itemAt(QPointF position) const override;
    int itemCount() const override { return fullRank(); }
    QStringList describe(int item) const override;

private:
    int fullRank() const { return int(m_spectrum.singularValues.size()); }
    int shownRank() const;    ///< within 1..fullRank()
    double lowestLog() const; ///< log10 of the smallest singular value worth drawing
    double logOf(size_t i) const;

    Spectrum m_spectrum;
    QString m_layer;
    RankBytes m_bytes;
    QLineSeries *m_values;
};

} // namespace lathe::ui
