#pragma once
#include <QHBoxLayout>

class QToolButton;

namespace lathe::ui {

/// A row of tool buttons that drops its texts, the last ones first, where there is no room for them: the
/// icons and the tool tips stay. Buttons that show no text from the start never do.
class ButtonRow : public QHBoxLayout {
public:
    using QHBoxLayout::QHBoxLayout;

    QSize minimumSize() const override;
    QSize sizeHint() const override;
    void setGeometry(const QRect &rect) override;

private:
    QVector<QToolButton *> speakingButtons() const;
    int textRoom(bool shown) const; ///< of the texts that are shown, or that are not
};

} // namespace lathe::ui
