#pragma once
#include "ui/widgets/calloutplace.h"

#include <QWidget>

class QLabel;
class QPainterPath;
class QPushButton;
class QToolButton;

namespace lathe::ui {

/// A few words with an arrow to a widget of the window, above everything else in it. Takes no focus.
class Callout : public QWidget {
    Q_OBJECT
public:
    explicit Callout(QWidget *window);

    /// @param count "1 of 3"
    void setWords(const QString &title, const QString &text, const QString &count, bool isLast);
    /// All in coordinates of the window. An empty target: in the middle, without an arrow.
    void pointAt(const QRect &target, const QVector<QRect> &inSight, const QRect &room);
    QString title() const;

signals:
    void nextRequested();
    void endRequested();

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QPainterPath outline() const;

    QLabel *m_title, *m_text, *m_count;
    QPushButton *m_next;
    QToolButton *m_end;
    CalloutPlace m_place;
    QRect m_target;
};

/// A line around a widget that is spoken of. Lets everything through.
class Spotlight : public QWidget {
    Q_OBJECT
public:
    explicit Spotlight(QWidget *window);
    void setAround(const QRect &rect); ///< of the window; empty: hidden

protected:
    void paintEvent(QPaintEvent *event) override;
};

} // namespace lathe::ui
