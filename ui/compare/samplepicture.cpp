#include "ui/compare/samplepicture.h"

#include "ui/compare/sampleimages.h"

#include <QPainter>

namespace lathe::ui {

SamplePicture::SamplePicture(QWidget *parent) : QWidget(parent)
{
    setMinimumSize(120, 120);
    setAccessibleName(tr("Picture of the sample"));
}

void SamplePicture::setImage(const QImage &image)
{
    m_image = image;
    update();
}

void SamplePicture::paintEvent(QPaintEvent *)
{
    const double scale = devicePixelRatioF();
    QImage scaled = scaledInto(m_image, size() * scale);
    if (scaled.isNull())
        return;
    scaled.setDevicePixelRatio(scale);
    QPainter painter(this);
    painter.drawImage(QPointF(0, 0), scaled); // from the top left: it stands still while one steps on
}

} // namespace lathe::ui
