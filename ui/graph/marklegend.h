#pragma once
#include <QWidget>

#include <functional>

class QPainter;

namespace lathe::ui {

/// Marks of a graph with what they mean, in a row; where there is no room the words stand in the tool tip
/// alone.
class MarkLegend : public QWidget {
    Q_OBJECT
public:
    QString text() const; ///< as it is read aloud: "weights replaced (4), split into several nodes (1)"
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    struct Entry {
        std::function<void(QPainter &painter, const QRectF &place)> paint;
        QString text;
    };
    MarkLegend(const QString &name, QWidget *parent);
    /// @param more a line of the tool tip, under the marks
    void setEntries(QVector<Entry> entries, const QString &more = {});
    void paintEvent(QPaintEvent *event) override;

private:
    QVector<Entry> m_entries;
};

} // namespace lathe::ui
