#pragma once
#include "ui/widgets/widestwords.h"

#include <QHash>
#include <QObject>
#include <QVector>

class QTableView;

namespace lathe::ui {

class WrappedHeader;

/// Gives the columns of a table the room that their texts need and shares out what is left. Where there is
/// little room, texts go on in further lines between words (spaces that do not break keep a figure together);
/// only when even that is too much does the table scroll sideways. Rows are as high as their texts need;
/// those of long tables are all alike.
class FittedColumns : public QObject {
    Q_OBJECT
public:
    explicit FittedColumns(QTableView *table);
    /// A column of texts that may be cut, such as names of files, is no wider than so many letters, and gives
    /// way before the table scrolls.
    void setMost(int column, int letters);
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
    void fitRows();
    int roomOf(int column) const; ///< for text
    int rowHeight(int lines) const;
    int linesOf(int row, QHash<QPair<QString, int>, int> &known) const;

    struct Need {
        int least = 0, wanted = 0;
    };
    QTableView *m_table;
    WrappedHeader *m_header;
    QVector<int> m_beside;
    QHash<int, int> m_most;       ///< letters, by column
    QVector<WidestWords> m_texts; ///< by column
    int m_leastRowHeight = 0;
    bool m_due = false;
};

} // namespace lathe::ui
