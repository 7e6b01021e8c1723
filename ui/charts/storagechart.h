#pragma once
#include "ui/charts/layerbars.h"

#include <optional>

namespace lathe::ui {

/// What one layer's weight takes.
struct LayerBytes {
    QString layer;
    qint64 before = 0;             ///< in the source
    std::optional<qint64> after{}; ///< in an export; empty: not known
    bool outdated = false;         ///< of the recipe before
};

/// Bytes of each layer in the file, before and after.
class StorageChart : public LayerBars {
    Q_OBJECT
public:
    explicit StorageChart(QWidget *parent = nullptr);

    void setOutcomes(const LayerOutcomes &outcomes) override;
    void clear() override { setBytes({}); }
    void setBytes(const QVector<LayerBytes> &bytes);

    QString csv() const override;

protected:
    Axis heightAxis() const override;
    double heightOf(int layer) const override; ///< bytes, of the larger bar
    void paintBar(QPainter &painter, int layer) const override;
    QStringList describe(int layer) const override;

private:
    QVector<LayerBytes> m_bytes;
};

} // namespace lathe::ui
