#pragma once
#include <QDoubleSpinBox>
#include <QSlider>

#include <optional>

namespace lathe::ui {

/// A flat slider that jumps to where it is clicked, snaps (Shift: fine), shows a mark, and resets on a double
/// click.
class MarkSlider : public QSlider {
    Q_OBJECT
public:
    explicit MarkSlider(QWidget *parent = nullptr);

    void setSnap(int step) { m_snap = step; }
    void setMark(std::optional<int> position, const QString &label = {});
    /// Several values at once: the handle is hollow and the span is drawn. Ends when the slider is moved.
    void setSpan(std::optional<std::pair<int, int>> span);
    /// Of something that is off: pale, but it can be moved.
    void setDimmed(bool dimmed);
    bool isDimmed() const { return m_dimmed; }
    int positionOf(int value) const; ///< x of the handle's centre

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

signals:
    void resetRequested();

protected:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    int handleRadius() const;
    int valueAt(double x, bool fine) const;

    int m_snap = 1;
    bool m_dimmed = false;
    double m_grab = 0.0; ///< where on the handle it was taken
    std::optional<int> m_mark;
    QString m_markLabel;
    std::optional<std::pair<int, int>> m_span;
};

/// A spin box that can say "mixed" instead of a number until one is entered.
class MixedSpinBox : public QDoubleSpinBox {
    Q_OBJECT
public:
    explicit MixedSpinBox(QWidget *parent = nullptr);

    void setMixed(bool mixed);
    /// Of something that is off: pale, and the number that it shows can be entered too.
    void setDimmed(bool dimmed);
    void setUnit(const QString &suffix);

    QString textFromValue(double value) const override;
    double valueFromText(const QString &text) const override;
    QValidator::State validate(QString &input, int &position) const override;

signals:
    void entered(double value); ///< the user chose this value

private:
    void refreshInk();

    QString m_unit;
    bool m_mixed = false;
    bool m_dimmed = false;
    bool m_typed = false;
};

/// Slider and spin box for one value.
class ValueControl : public QWidget {
    Q_OBJECT
public:
    explicit ValueControl(const QString &accessibleName, QWidget *parent = nullptr);

    struct Scale {
        double minimum = 0.0, maximum = 1.0;
        double fine = 1.0;   ///< resolution of slider and spin box
        double coarse = 1.0; ///< what the slider snaps to and one key press moves
        double reset = 0.0;  ///< a double click gives this
        QString unit;
        bool doubling = false; ///< equal steps of the slider double the value; key presses too
        bool operator==(const Scale &) const = default;
    };
    void setScale(const Scale &scale);
    const Scale &scale() const { return m_scale; }
    void setValue(double value);
    void setMixed(double low, double high);
    void setMark(std::optional<double> value, const QString &label = {});
    void setDimmed(bool dimmed); ///< of something that is off: pale, and whatever is entered is told
    bool isHeld() const { return m_slider->isSliderDown() || m_keyHeld; }

    MarkSlider *slider() const { return m_slider; }
    MixedSpinBox *spinBox() const { return m_spin; }

signals:
    /// @param dragging more will follow; the last one comes with false
    void edited(double value, bool dragging);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    int toSlider(double value) const;
    double fromSlider(int position) const;
    void onSliderMoved(int position);
    void finishDrag();
    void show(double value);

    MarkSlider *m_slider;
    MixedSpinBox *m_spin;
    Scale m_scale;
    bool m_quiet = false;   ///< the program moves the controls, not the user
    bool m_keyHeld = false; ///< an arrow key repeats
    bool m_movedInDrag = false;
};

} // namespace lathe::ui
