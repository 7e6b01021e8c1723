#include "ui/widgets/valuecontrol.h"

#include "ui/style/theme.h"
#include "ui/widgets/panelparts.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPainter>
#include <QSignalBlocker>

#include <algorithm>
#include <cmath>

namespace lathe::ui {
namespace {

constexpr int stepsOfDoubling = 32; // of a slider whose value doubles

}

MarkSlider::MarkSlider(QWidget *parent) : QSlider(Qt::Horizontal, parent)
{
    setMouseTracking(true);
    ignoreWheelWithoutFocus(this);
}

void MarkSlider::setMark(std::optional<int> position, const QString &label)
{
    m_mark = position;
    m_markLabel = label;
    setToolTip(label);
    update();
}

void MarkSlider::setSpan(std::optional<std::pair<int, int>> span)
{
    m_span = span;
    update();
}

void MarkSlider::setDimmed(bool dimmed)
{
    m_dimmed = dimmed;
    update();
}

int MarkSlider::handleRadius() const
{
    return fontMetrics().height() * 2 / 5;
}

QSize MarkSlider::sizeHint() const
{
    return {fontMetrics().averageCharWidth() * 20, handleRadius() * 2 + 8};
}

QSize MarkSlider::minimumSizeHint() const
{
    return {fontMetrics().averageCharWidth() * 8, handleRadius() * 2 + 8};
}

int MarkSlider::positionOf(int value) const
{
    const int margin = handleRadius() + 1;
    const int range = std::max(1, maximum() - minimum());
    return margin + qRound(double(value - minimum()) / range * (width() - 2 * margin));
}

int MarkSlider::valueAt(double x, bool fine) const
{
    const int margin = handleRadius() + 1;
    const double share = (x - margin) / std::max(1, width() - 2 * margin);
    const double value = minimum() + share * (maximum() - minimum());
    const int step = fine ? 1 : m_snap;
    return std::clamp(int(std::lround(value / step)) * step, minimum(), maximum());
}

void MarkSlider::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Colors &c = colors();
    const bool on = isEnabled() && !m_dimmed;
    const QColor ink = on ? c.current : c.line;
    const int y = height() / 2;
    const int left = positionOf(minimum()), right = positionOf(maximum()),
              handle = positionOf(sliderPosition());
    const auto bar = [&](int from, int to, const QColor &color) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(color);
        painter.drawRoundedRect(QRectF(from - 2, y - 2, to - from + 4, 4), 2, 2);
    };
    bar(left, right, c.line);
    if (m_span)
        bar(positionOf(m_span->first), positionOf(m_span->second), ink);
    else
        bar(left, handle, ink);
    const int steps = (maximum() - minimum()) / std::max(1, m_snap);
    if (steps <= 10) {
        painter.setPen(QPen(c.muted, 1));
        for (int v = minimum(); v <= maximum(); v += m_snap)
            painter.drawLine(positionOf(v), y + handleRadius(), positionOf(v), y + handleRadius() + 3);
    }
    if (m_mark && *m_mark >= minimum() && *m_mark <= maximum()) {
        painter.setPen(QPen(on ? c.accent : c.muted, 2));
        const int x = positionOf(*m_mark);
        painter.drawLine(x, y - handleRadius() - 2, x, y + handleRadius() + 2);
    }
    const double radius = handleRadius() - 0.5;
    if (hasFocus()) {
        QColor halo = c.current;
        halo.setAlphaF(0.3f);
        painter.setPen(Qt::NoPen);
        painter.setBrush(halo);
        painter.drawEllipse(QPointF(handle, y), radius + 3, radius + 3);
    }
    painter.setPen(QPen(on || (isEnabled() && underMouse()) ? c.current : c.muted, 2));
    painter.setBrush(!on || m_span ? c.panel : underMouse() || isSliderDown() ? c.current : c.surface);
    painter.drawEllipse(QPointF(handle, y), radius - 1, radius - 1);
}

void MarkSlider::mousePressEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton) {
        event->ignore();
        return;
    }
    setSliderDown(true);
    const double x = event->position().x();
    const double offset = x - positionOf(sliderPosition());
    // Taking the handle does not move it; a click beside it moves it there.
    m_grab = std::abs(offset) <= handleRadius() ? offset : 0.0;
    if (m_grab == 0.0)
        setSliderPosition(valueAt(x, event->modifiers() & Qt::ShiftModifier));
}

void MarkSlider::mouseMoveEvent(QMouseEvent *event)
{
    if (isSliderDown())
        setSliderPosition(valueAt(event->position().x() - m_grab, event->modifiers() & Qt::ShiftModifier));
    else
        update();
}

void MarkSlider::mouseReleaseEvent(QMouseEvent *event)
{
    if (event->button() == Qt::LeftButton && isSliderDown())
        setSliderDown(false);
}

void MarkSlider::mouseDoubleClickEvent(QMouseEvent *event)
{
    if (event->button() == Qt::LeftButton)
        emit resetRequested();
}

void MarkSlider::keyPressEvent(QKeyEvent *event)
{
    const bool forward = event->key() == Qt::Key_Right || event->key() == Qt::Key_Up;
    const bool back = event->key() == Qt::Key_Left || event->key() == Qt::Key_Down;
    if ((forward || back) && (event->modifiers() & Qt::ShiftModifier)) {
        setValue(value() + (forward ? 1 : -1));
        return;
    }
    QSlider::keyPressEvent(event);
}

namespace {

/// Undo is the window's once what was typed has been entered; a line of text would keep the keys for itself.
class UndoOfTyping : public QObject {
public:
    /// @param box has the focus, and asks the line itself
    UndoOfTyping(QDoubleSpinBox *box, QLineEdit *line) : QObject(box), m_line(line)
    {
        box->installEventFilter(this);
    }

protected:
    bool eventFilter(QObject *, QEvent *event) override
    {
        if (event->type() != QEvent::ShortcutOverride || m_line->isModified())
            return false;
        const auto *key = static_cast<QKeyEvent *>(event);
        if (!key->matches(QKeySequence::Undo) && !key->matches(QKeySequence::Redo))
            return false;
        event->ignore();
        return true;
    }

private:
    QLineEdit *m_line;
};

} // namespace

MixedSpinBox::MixedSpinBox(QWidget *parent) : QDoubleSpinBox(parent)
{
    new UndoOfTyping(this, lineEdit());
    connect(this, &QDoubleSpinBox::editingFinished, this, [this] { lineEdit()->setModified(false); });
    setKeyboardTracking(false); // "64" is not first 6 and then 64
    setAlignment(Qt::AlignRight);
    setAccelerated(true);
    // The same width whatever it says, so that the boxes of all groups stand in one column.
    setMinimumWidth(fontMetrics().horizontalAdvance(QStringLiteral("1000.0 %")) + fontMetrics().height() * 2);
    ignoreWheelWithoutFocus(this);
    connect(lineEdit(), &QLineEdit::textEdited, this, [this] { m_typed = true; });
    connect(this, &QDoubleSpinBox::valueChanged, this, [this](double value) {
        m_typed = false;
        setMixed(false);
        emit entered(value);
    });
    connect(ThemeNotifier::instance(), &ThemeNotifier::changed, this, &MixedSpinBox::refreshInk);
    // The number typed over "mixed", or of something that is off, may be the one the box holds already: then
    // nothing changes, yet it was entered.
    connect(this, &QDoubleSpinBox::editingFinished, this, [this] {
        if (!m_typed || (!m_mixed && !m_dimmed))
            return;
        m_typed = false;
        setMixed(false);
        emit entered(value());
    });
}

void MixedSpinBox::setMixed(bool mixed)
{
    if (m_mixed == mixed)
        return;
    m_mixed = mixed;
    m_typed = false;
    setSuffix(mixed ? QString() : m_unit); // also writes the text anew
}

void MixedSpinBox::setDimmed(bool dimmed)
{
    if (m_dimmed == dimmed)
        return;
    m_dimmed = dimmed;
    refreshInk();
}

void MixedSpinBox::refreshInk()
{
    QPalette own;
    if (m_dimmed)
        own.setColor(QPalette::Text, colors().muted);
    setPalette(own);
}

void MixedSpinBox::setUnit(const QString &suffix)
{
    m_unit = suffix;
    if (!m_mixed)
        setSuffix(suffix);
}

QString MixedSpinBox::textFromValue(double value) const
{
    return m_mixed && !m_typed ? tr("mixed") : QDoubleSpinBox::textFromValue(value);
}

double MixedSpinBox::valueFromText(const QString &text) const
{
    return m_mixed && text == tr("mixed") ? value() : QDoubleSpinBox::valueFromText(text);
}

QValidator::State MixedSpinBox::validate(QString &input, int &position) const
{
    if (m_mixed && input == tr("mixed"))
        return QValidator::Acceptable;
    return QDoubleSpinBox::validate(input, position);
}

ValueControl::ValueControl(const QString &accessibleName, QWidget *parent)
    : QWidget(parent), m_slider(new MarkSlider(this)), m_spin(new MixedSpinBox(this))
{
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(m_slider, 1);
    layout->addWidget(m_spin);
    m_slider->setAccessibleName(accessibleName);
    m_spin->setAccessibleName(accessibleName);
    m_slider->installEventFilter(this);
    setFocusProxy(m_slider);
    connect(m_slider, &QSlider::valueChanged, this, &ValueControl::onSliderMoved);
    connect(m_slider, &QSlider::sliderReleased, this, &ValueControl::finishDrag);
    connect(m_slider, &MarkSlider::resetRequested, this, [this] {
        show(m_scale.reset);
        emit edited(m_scale.reset, false);
    });
    connect(m_spin, &MixedSpinBox::entered, this, [this](double value) {
        show(value);
        emit edited(value, false);
    });
}

int ValueControl::toSlider(double value) const
{
    if (m_scale.doubling)
        return int(std::lround(std::log2(value) * stepsOfDoubling));
    return int(std::lround(value / m_scale.fine));
}

double ValueControl::fromSlider(int position) const
{
    if (m_scale.doubling)
        return std::round(std::exp2(double(position) / stepsOfDoubling) / m_scale.fine) * m_scale.fine;
    // Divided, not multiplied, where the step is a decimal fraction: 57 / 10 is 5.7, 57 * 0.1 is not.
    return m_scale.fine < 1.0 ? position / std::round(1.0 / m_scale.fine) : position * m_scale.fine;
}

void ValueControl::setScale(const Scale &scale)
{
    if (scale == m_scale)
        return;
    m_scale = scale;
    const QSignalBlocker quietSlider(m_slider), quietSpin(m_spin);
    const int snap = scale.doubling ? stepsOfDoubling : std::max(1, toSlider(scale.coarse));
    m_slider->setRange(toSlider(scale.minimum), toSlider(scale.maximum));
    m_slider->setSnap(snap);
    m_slider->setSingleStep(snap);
    m_slider->setPageStep(std::max(snap, (m_slider->maximum() - m_slider->minimum()) / 10 / snap * snap));
    m_spin->setDecimals(scale.fine < 0.999 ? 1 : 0);
    m_spin->setRange(scale.minimum, scale.maximum);
    m_spin->setSingleStep(scale.coarse);
    m_spin->setUnit(scale.unit);
}

void ValueControl::show(double value)
{
    m_quiet = true;
    m_slider->setSpan(std::nullopt);
    if (m_slider->value() != toSlider(value))
        m_slider->setValue(toSlider(value));
    {
        const QSignalBlocker quiet(m_spin);
        m_spin->setMixed(false);
        if (std::abs(m_spin->value() - value) > m_scale.fine * 1e-3)
            m_spin->setValue(value); // else what is being typed would be written over
    }
    m_quiet = false;
}

void ValueControl::setValue(double value)
{
    if (!isHeld())
        show(value);
}

void ValueControl::setMixed(double low, double high)
{
    if (isHeld())
        return;
    show((low + high) / 2.0);
    const QSignalBlocker quiet(m_spin);
    m_spin->setMixed(true);
    m_slider->setSpan(std::pair(toSlider(low), toSlider(high)));
}

void ValueControl::setMark(std::optional<double> value, const QString &label)
{
    m_slider->setMark(value ? std::optional(toSlider(*value)) : std::nullopt, label);
}

void ValueControl::setDimmed(bool dimmed)
{
    m_slider->setDimmed(dimmed);
    m_spin->setDimmed(dimmed);
}

void ValueControl::onSliderMoved(int position)
{
    if (m_quiet)
        return;
    const double value = fromSlider(position);
    m_movedInDrag = true;
    show(value);
    emit edited(value, isHeld());
}

void ValueControl::finishDrag()
{
    if (m_movedInDrag)
        emit edited(fromSlider(m_slider->value()), false);
    m_movedInDrag = false;
}

bool ValueControl::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_slider && (event->type() == QEvent::KeyPress || event->type() == QEvent::KeyRelease)) {
        const auto *key = static_cast<QKeyEvent *>(event);
        if (key->type() == QEvent::KeyPress) {
            if (!m_keyHeld)
                m_movedInDrag = false;
            m_keyHeld = key->isAutoRepeat();
        } else if (m_keyHeld && !key->isAutoRepeat()) {
            m_keyHeld = false;
            finishDrag();
        }
    }
    if (watched == m_slider && event->type() == QEvent::MouseButtonPress)
        m_movedInDrag = false;
    if (watched == m_slider && event->type() == QEvent::FocusOut && m_keyHeld) {
        m_keyHeld = false; // the key's release goes elsewhere
        finishDrag();
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace lathe::ui
