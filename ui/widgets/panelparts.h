#pragma once
// Small parts that all panels share, so that they look and behave alike.
#include <QLabel>
#include <QTableView>

class QComboBox;
class QTreeView;

namespace lathe::ui {

/// Pixels that a letter of Latin text takes. QFontMetrics::averageCharWidth() of a font for Chinese is that
/// of its ideographs, and figures and names are as wide as everywhere.
int letterWidth(const QFontMetrics &metrics);

/// "LAYERS": small, semi-bold, muted.
QLabel *makeTitle(const QString &text, QWidget *parent);
/// Secondary text in body size.
QLabel *makeMuted(const QString &text, QWidget *parent);
/// One centred sentence for a view that has nothing to show.
QLabel *makeEmptyState(const QString &text, QWidget *parent);
QFrame *makeLine(QWidget *parent);

/// Breaks its lines to whatever width there is; no window grows for its sake.
void wrapFreely(QLabel *label);

/// A label that gives way: a part is left out when there is no room, the tooltip holds the whole.
class ElidedLabel : public QLabel {
    Q_OBJECT
public:
    explicit ElidedLabel(QWidget *parent = nullptr);
    void setFullText(const QString &text);
    void setElideMode(Qt::TextElideMode mode); ///< which part; at first the middle
    QSize minimumSizeHint() const override;
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    Qt::TextElideMode m_elide = Qt::ElideMiddle;
};

/// Flat table: whole rows, no grid, quiet selection that follows the theme.
void styleTable(QTableView *table);
void styleTree(QTreeView *tree); ///< the same for a tree
/// The selected rows as text, columns by tabs, header line first; rows as shown, each cell whole even where
/// the view shows it shortened (FullTextRole).
QString selectedRowsAsText(const QAbstractItemView *view, const QVector<int> &columns);
QString selectedRowsAsText(const QTableView *table); ///< columns as shown

/// Turns of the wheel over a control that has no focus scroll the page, not the value.
void ignoreWheelWithoutFocus(QWidget *control);

} // namespace lathe::ui
