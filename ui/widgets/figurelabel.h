#pragma once
#include "ui/base/figuretext.h"

#include <QWidget>

namespace lathe::ui {

/// A figure whose digits stand still: every digit takes the room of the widest one, whatever the font;
/// right-aligned.
class FigureLabel : public QWidget {
    Q_OBJECT
public:
    using Ink = FigureInk;

    /// @param widest,widestNote the longest texts expected; the column is that wide from the start.
    FigureLabel(const QString &widest, const QString &widestNote, QWidget *parent);

    /// @param noteScale scale of the label below or above whose notes share the column.
    void setScale(double scale, double noteScale);
    void setWidestNote(const QString &text);
    void setMarkRoom(bool reserved); ///< for a mark behind the note, as high as its letters
    QRect noteRect() const;          ///< with the room for its mark
    QFont noteFont() const { return noteFont(m_scale); }
    void setNoteShown(bool shown); ///< takes its column away too
    int noteColumn() const;        ///< pixels to the right of the figure
    void setFigure(const QString &text, const QString &note = {});
    void setInk(Ink ink);
    Ink ink() const { return m_ink; }
    QString text() const { return m_text; }
    QString note() const { return m_note; }
    int widthAt(double scale, double noteScale) const;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QFont figureFont(double scale) const;
    QFont noteFont(double scale) const;

    int markRoom(double noteScale) const;

    QString m_widest, m_widestNote;
    bool m_marked = false;
    QString m_text, m_note;
    double m_scale = 1.0, m_noteScale = 1.0;
    bool m_noteShown = true;
    Ink m_ink = Ink::Full;
};

} // namespace lathe::ui
