#pragma once
#include <QScrollArea>

namespace lathe::ui {

/// Scrolls all that it lies in to where it is seen.
void scrollTo(QWidget *widget);

/// Scrolls up and down only: always as wide as its content needs.
class VerticalScroll : public QScrollArea {
    Q_OBJECT
public:
    explicit VerticalScroll(QWidget *content, QWidget *parent = nullptr);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void fitWidth();
};

} // namespace lathe::ui
