#pragma once
#include "ui/compare/variantcomparison.h"

#include <QHash>
#include <QWidget>

namespace lathe::ui {

/// Where the second of two variants confuses more (or less) often than the first: true classes down, given
/// classes across, one cell each, and a diagonal for what becomes right. Classes that no confusion of which
/// changed are left out; where the rest has no room to be read, the pairs that changed most are shown.
class ConfusionView : public QWidget {
    Q_OBJECT
public:
    explicit ConfusionView(QWidget *parent = nullptr);
    /// @param first,second variants of the comparison, which must outlive the view or be set again
    void setComparison(const VariantComparison *comparison, int first, int second);
    /// "cat as dog: 3 → 7" in a cell, the whole name beside one; empty elsewhere.
    QString textAt(const QPoint &position) const;
    /// The classes on both axes, rising.
    const std::vector<int> &shownClasses() const { return m_shown; }
    /// Up to its comma, where no other shown class is called that: classes have lists of names at times.
    QString shownName(int label) const { return m_shortNames.value(label); }
    /// Of a pair of shown classes.
    QRectF cellRect(int label, int given) const;
    QSize sizeHint() const override { return {360, 360}; }

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;
    bool event(QEvent *event) override;

private:
    struct Change {
        int label = 0, given = 0;
        int64_t samples = 0; ///< more than before; never 0
    };
    void arrange();
    std::vector<int> classesThatChangedMost(size_t count) const;
    double cell() const { return m_area.width() / static_cast<double>(m_shown.size()); }
    int shownAt(double distance) const; ///< class at so many pixels along an axis
    void paintCells(QPainter &painter) const;
    void paintNames(QPainter &painter) const;
    void paintTitles(QPainter &painter) const;

    const VariantComparison *m_comparison = nullptr;
    QHash<int, QString> m_shortNames;                                    ///< of those shown
    std::vector<Change> m_changes;                                       ///< the largest first
    std::map<std::pair<int, int>, std::pair<int64_t, int64_t>> m_counts; ///< by (true, given): first, second
    size_t m_changed = 0;                                                ///< classes
    std::vector<int> m_shown;
    QRectF m_area;              ///< of the cells
    double m_names = 0.0;       ///< room for those of the rows
    bool m_namesUpright = true; ///< those of the columns need not be turned
};

} // namespace lathe::ui
