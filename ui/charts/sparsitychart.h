#pragma once
#include "core/analysis/weightstats.h"
#include "ui/charts/drawnchart.h"

#include <optional>

namespace lathe::ui {

/// Which share of the weights of a layer, or of several together, and of their rows, columns, kernels and
/// channels is zero, original beside compressed.
class SparsityChart : public DrawnChart {
    Q_OBJECT
public:
    explicit SparsityChart(QWidget *parent = nullptr);

    /// @param kernels whether the layer has kernels; else those and channels are what elements and columns
    /// are
    void setSparsity(const Sparsity &original, const std::optional<Sparsity> &compressed, bool kernels,
                     const QString &layerName);
    void clear(const QString &why = {}); ///< no reason: nothing is selected

    QPointF positionOf(int group) const override;
    QString csv() const override;
    /// What stands above a bar: where a group has no room for both of its figures, the compressed one alone.
    struct Figure {
        QRectF box; ///< in pixels of the view
        QString text;
        QColor ink;
    };
    QVector<Figure> figures() const;

protected:
    void refreshAxes() override;
    void paintItems(QPainter &painter) override;
    int itemAt(QPointF position) const override;
    int itemCount() const override { return static_cast<int>(m_groups.size()); }
    QStringList describe(int group) const override;

private:
    struct Group {
        QString name; ///< as on the axis
        QString key;  ///< as in the CSV
        double Sparsity::*exact;
        double Sparsity::*near;
    };
    struct Bar {
        int group;
        double left, width; ///< of the group's place on the axis
        double share;
        QColor ink;
    };
    QVector<Bar> bars() const;
    QRectF rectOf(const Bar &bar) const; ///< in pixels of the view

    QVector<Group> m_groups;
    Sparsity m_original;
    std::optional<Sparsity> m_compressed;
    QWidget *m_originalLabel, *m_compressedLabel;
};

} // namespace lathe::ui
