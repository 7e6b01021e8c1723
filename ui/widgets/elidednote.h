#pragma once
#include "ui/widgets/panelparts.h"

namespace lathe::ui {

/// A remark over as many lines as there is room for; the last one tells when there is more, and the tool tip
/// holds the whole. Takes the room that is left, and asks for none.
class ElidedNote : public ElidedLabel {
    Q_OBJECT
public:
    explicit ElidedNote(QWidget *parent = nullptr);
    /// What is painted, a line each.
    QStringList lines() const;
    QSize minimumSizeHint() const override;
    QSize sizeHint() const override { return minimumSizeHint(); }

protected:
    void paintEvent(QPaintEvent *event) override;
};

} // namespace lathe::ui
