#pragma once
#include "ui/widgets/widestwords.h"

#include <QObject>
#include <QVector>

class QTableView;

namespace lathe::ui {

class WrappedHeader;

/// Gives the columns of a table the room that their texts need and shares out what is left. Where there is
/// little room, texts go on in further lines between words (spaces that do not break keep a figure together);
/// only when even that is too much does the table scroll sideways.
class FittedColumns : public QObject {
    Q_OBJECT
public:
    /// Alike: as high as the row that needs most, for tables of many rows.
    enum Rows { Alike, EachItsOwn };

    explicit FittedColumns(QTableView *table, Rows rows = Alike);
    /// Pixels beside the text of a column, as of a picture.
    void setBeside(int column, int pixels);
    void setLeastRowHeight(int pixels) { m_leastRowHeight = pixels; }
    /// The table has other texts: also done by itself, a little later, when its model says so.
    void fit();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void fitLater();
    void measure();
    void share();
    int rowHeight(int lines) const;
    int heightOf(int row) const;

    struct Need {
        int least = 0, wanted = 0;
    };
    QTableView *m_table;
    WrappedHeader *m_header;
    Rows m_rows;
    QVector<int> m_beside;
    QVector<WidestWords> m_texts; ///< by column
    int m_leastRowHeight = 0;
    bool m_due = false;
};

} // namespace lathe::ui
