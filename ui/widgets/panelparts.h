#pragma once
// Small parts that all panels share, so that they look and behave alike.
#include <QLabel>
#include <QTableView>

class QComboBox;
class QTreeView;

namespace lathe::ui {

/// "LAYERS": small, semi-bold, muted.
QLabel *makeTitle(const QString &text, QWidget *parent);
/// Secondary text in body size.
QLabel *makeMuted(const QString &text, QWidget *parent);
/// One centred sentence for a view that has nothing to show.
QLabel *makeEmptyState(const QString &text, QWidget *parent);
QFrame *makeLine(QWidget *parent);

/// A label that gives way: the middle is left out when there is no room, the tooltip holds the whole.
class ElidedLabel : public QLabel {
    Q_OBJECT
public:
    explicit ElidedLabel(QWidget *parent = nullptr);
    void setFullText(const QString &text);
    QSize minimumSizeHint() const override;
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
};

/// Flat table: whole rows, no grid, quiet selection that follows the theme.
void styleTable(QTableView *table);
void styleTree(QTreeView *tree); ///< the same for a tree
/// The selected rows as text, columns by tabs, header line first; rows and columns as shown.
QString selectedRowsAsText(const QTableView *table);
QString selectedRowsAsText(const QTreeView *tree);
/// A menu on the header to show and hide columns; `fixed` always stays. The choice is remembered.
/// @param id of the table in the settings @param hidden columns that are hidden until they are chosen
void addColumnMenu(QTableView *table, int fixed, const QString &id, const QVector<int> &hidden = {});
void addColumnMenu(QTreeView *tree, int fixed, const QString &id, const QVector<int> &hidden = {});

/// Turns of the wheel over a control that has no focus scroll the page, not the value.
void ignoreWheelWithoutFocus(QWidget *control);

} // namespace lathe::ui
