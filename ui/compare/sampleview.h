#pragma once
#include "ui/compare/samplemodel.h"

class QLabel;
class QToolButton;

namespace lathe::ui {

class AnswerBars;
class SamplePicture;

/// One sample close up: the picture, its true class, and what each variant takes it for.
class SampleView : public QWidget {
    Q_OBJECT
public:
    SampleView(SampleModel *model, SampleImages *images, QWidget *parent = nullptr);

    void setRow(int row);
    int row() const { return m_row; }
    QString text() const; ///< all of it, for copying

signals:
    void closeRequested();
    void rowChanged(int row); ///< by going on to another one

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    void refresh();
    void step(int by);
    void copy();

    SampleModel *m_model;
    SampleImages *m_images;
    int m_row = -1;
    QLabel *m_title, *m_label;
    QToolButton *m_previous, *m_next;
    SamplePicture *m_picture;
    AnswerBars *m_bars;
};

} // namespace lathe::ui
