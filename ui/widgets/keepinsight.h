#pragma once
#include <QObject>

class QAbstractItemView;

namespace lathe::ui {

/// Where a list gets lower, its current row stays in sight, if it was.
class KeepInSight : public QObject {
    Q_OBJECT
public:
    explicit KeepInSight(QAbstractItemView *view);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    QAbstractItemView *m_view;
    bool m_due = false;
};

} // namespace lathe::ui
