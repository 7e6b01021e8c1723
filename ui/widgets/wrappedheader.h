#pragma once
#include <QHeaderView>

class QTableView;

namespace lathe::ui {

/// A header whose texts are shown whole: they go on in further lines where a column is narrower, between
/// words if they can. It is as high as the longest one needs.
class WrappedHeader : public QHeaderView {
    Q_OBJECT
public:
    /// Takes the place of the table's horizontal header and looks like it.
    static WrappedHeader *install(QTableView *table);

    /// Narrower than this a column's text would go on in the middle of words.
    int leastWidth(int section) const;
    int wantedWidth(int section) const; ///< on one line
    QSize sizeHint() const override;

protected:
    void paintSection(QPainter *painter, const QRect &rect, int section) const override;

private:
    explicit WrappedHeader(QWidget *parent);
    QString textOf(int section) const;
    int heightFor(int section) const;
};

} // namespace lathe::ui
