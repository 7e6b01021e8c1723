#pragma once
#include "ui/charts/layerbars.h"

#include <optional>

namespace lathe::ui {

/// What compression does to one layer.
struct LayerError {
    QString layer;
    std::optional<double>
        relative; ///< of its output where that is known, else of its weights; empty: untouched
    bool ofOutput = false;
    bool outdated = false; ///< of the recipe before
};

/// The error of each layer.
class ErrorChart : public LayerBars {
    Q_OBJECT
public:
    explicit ErrorChart(QWidget *parent = nullptr);

    void setOutcomes(const LayerOutcomes &outcomes) override;
    void clear() override { setErrors({}); }
    void setErrors(const QVector<LayerError> &errors);

    QString csv() const override;

protected:
    Axis heightAxis() const override;
    double heightOf(int layer) const override; ///< decibel
    void paintBar(QPainter &painter, int layer) const override;
    QStringList describe(int layer) const override;

private:
    QString axisTitle() const;

    QVector<LayerError> m_errors;
};

} // namespace lathe::ui
