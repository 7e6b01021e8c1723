#pragma once
#include <QWidget>

namespace lathe::ui {

/// What all charts share: title, empty state, context menu (copy data, copy image, save image), colours that
/// follow the theme.
class ChartPanel : public QWidget {
    Q_OBJECT
public:
    explicit ChartPanel(QWidget *parent = nullptr);

    /// What the chart shows as comma separated values, header line first, numbers in C notation.
    virtual QString csv() const = 0;
};

} // namespace lathe::ui
