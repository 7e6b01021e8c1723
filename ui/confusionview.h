#pragma once
#include "ui/variantcomparison.h"

#include <QWidget>

namespace lathe::ui {

/// Where the second of two variants confuses more (or less) often than the first: true classes down, given
/// classes across, one cell each, and a strip of the diagonal's colours for what becomes right.
class ConfusionView : public QWidget {
    Q_OBJECT
public:
    explicit ConfusionView(QWidget *parent = nullptr);
    /// @param first,second variants of the comparison, which must outlive the view or be set again
    void setComparison(const VariantComparison *comparison, int first, int second);
    /// "cat as dog: 3 → 7"; empty outside the cells.
    QString textAt(const QPoint &position) const;
    QSize sizeHint() const override { return {360, 360}; }

protected:
    void paintEvent(QPaintEvent *event) override;
    bool event(QEvent *event) override;

private:
    struct Cell {
        int row = 0, column = 0;
    };
    std::optional<Cell> cellAt(const QPoint &position) const;
    QRectF area() const;

    const VariantComparison *m_comparison = nullptr;
    int m_first = 0, m_second = 0;
    std::vector<int> m_classes;                                          ///< that occur, rising
    std::map<std::pair<int, int>, std::pair<int64_t, int64_t>> m_counts; ///< by (true, given): first, second
};

} // namespace lathe::ui
