#pragma once
#include "ui/charts/drawnchart.h"
#include "ui/charts/linehandle.h"

namespace lathe::ui {

/// A chart with a line that sets a value. Keys move the line; with Ctrl, or where there is none to move, they
/// walk over the items.
class HandledChart : public DrawnChart {
    Q_OBJECT
public:
    HandledChart(const QString &title, const QString &emptyText, QWidget *parent);

protected:
    virtual LineHandle::Places places() const = 0;
    LineHandle *handle() const { return m_handle; }
    bool handleViewEvent(QEvent *event) override;
    /// Where the item lies that is told of.
    void paintReadingLine(QPainter &painter) const;

private:
    LineHandle *m_handle;
};

} // namespace lathe::ui
