#pragma once
#include <QStatusBar>

namespace lathe::ui {

/// A status bar whose message ends with an ellipsis where the widgets at its right leave too little room; the
/// tool tip holds the whole.
class ElidedStatusBar : public QStatusBar {
    Q_OBJECT
public:
    explicit ElidedStatusBar(QWidget *parent = nullptr);
    QString shownMessage() const; ///< as it is painted

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QRect messageRect() const;
};

} // namespace lathe::ui
