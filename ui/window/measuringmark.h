#pragma once
#include "ui/session/previewcontroller.h"

#include <QAbstractButton>

namespace lathe::ui {

class FigureLabel;

/// The count of samples beside a figure as a button that pauses and goes on, with a mark of how it stands:
/// two bars while it is paused, a tick when all samples are measured. Lies over the note of its label.
class MeasuringMark : public QAbstractButton {
    Q_OBJECT
public:
    explicit MeasuringMark(FigureLabel *label);
    void setState(Measuring state);
    Measuring state() const { return m_state; }

protected:
    bool event(QEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    bool canToggle() const;
    QString whatAClickDoes() const;
    void place();

    FigureLabel *m_label;
    Measuring m_state = Measuring::Nothing;
};

} // namespace lathe::ui
