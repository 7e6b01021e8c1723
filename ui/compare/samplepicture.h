#pragma once
#include <QImage>
#include <QWidget>

namespace lathe::ui {

/// A picture as large as there is room.
class SamplePicture : public QWidget {
    Q_OBJECT
public:
    explicit SamplePicture(QWidget *parent = nullptr);
    void setImage(const QImage &image); ///< null: there is none yet
    bool isEmpty() const { return m_image.isNull(); }
    QSize sizeHint() const override { return {320, 320}; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QImage m_image;
};

} // namespace lathe::ui
