#pragma once
#include <QHash>
#include <QObject>
#include <QVector>

class QAbstractItemView;
class QHeaderView;
class QMenu;
class QTimer;

namespace lathe::ui {

/// Shows of a table's columns as many as fit, the most telling ones first, so that nothing has to be scrolled
/// for. Which columns a person wants, and which not, is theirs to choose in a menu; that wins and is
/// remembered.
class ColumnFit : public QObject {
    Q_OBJECT
public:
    /// Widths in letters.
    struct Column {
        int section = 0; ///< of the header
        int least = 8;   ///< however little it holds
        int most = 0;    ///< however much it holds, unless there is room to spare; 0: no limit
        int squeezed =
            0; ///< as narrow as it becomes before another column goes; 0: it stays as wide as it is
        bool onDemand = false; ///< hidden until it is chosen
        bool fills = false;    ///< takes what nobody needs
    };

    /// @param view table or tree whose model is set @param id of the table in the settings
    /// @param columns all of them, by priority; the first one always stays
    /// @param essential so many of them are squeezed before they go
    ColumnFit(QAbstractItemView *view, QHeaderView *header, const QString &id, QVector<Column> columns,
              int essential);

    /// @param sections those whose order differs; they take the places that they have among the others
    void setPriority(const QVector<int> &sections);
    void restart(); ///< other contents: widths as if the table were new
    /// Contents changed: soon columns become wider where they need it, and narrower where they need far less
    /// than they have; figures that gain or lose a digit move nothing to and fro.
    void refit();
    QVector<int> sections() const; ///< all, by priority
    void fillMenu(QMenu *menu); ///< a checkable action for each column, and one to choose by the width again

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    enum class Choice { Shown, Hidden };

    void readChoices();
    void writeChoices() const;
    void choose(int section, bool shown);
    void refitNow();
    void measure();
    void fit();
    QVector<Column> fitting(int room) const;
    bool isFirm(const Column &column, const QVector<Column> &offered) const;
    QHash<int, int> widthsOf(const QVector<Column> &shown, int room) const;
    int usual(const Column &column) const;
    int squeezed(const Column &column) const;
    int whole(const Column &column) const; ///< nothing of a text is cut that is not longer than usual
    int contentOf(const Column &column) const { return m_content.value(column.section); }
    int titleWidth(int section) const;
    int headerWidth(int section) const; ///< with the mark of sorting
    int pixels(int characters) const;
    static bool isText(const Column &column) { return column.most > column.least; } ///< may be cut short
    bool isName(const Column &column) const { return column.section == m_columns.first().section; }
    bool isForced(const Column &column) const;
    bool isOffered(const Column &column) const;

    QAbstractItemView *m_view;
    QHeaderView *m_header;
    QString m_key;
    QVector<Column> m_columns;
    int m_essential;
    QHash<int, Choice> m_choices; ///< by section; the others go by the width
    QHash<int, int> m_cells;      ///< pixels that the widest cell of each section takes
    QHash<int, int> m_content;    ///< the same with its title, and a gap
    QHash<int, int> m_dragged;    ///< pixels that a person gave a section
    QTimer *m_soon;
    bool m_fitting = false;
};

} // namespace lathe::ui
