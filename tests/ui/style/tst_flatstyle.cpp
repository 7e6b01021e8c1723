// What the style draws itself can be seen in both schemes.
#include "ui/style/theme.h"

#include <QPainter>
#include <QStyle>
#include <QStyleOptionButton>
#include <QtTest>

#include <cmath>

using namespace lathe::ui;

class TstFlatStyle : public QObject {
    Q_OBJECT
private slots:
    void indicators_standOutFromThePanel_data();
    void indicators_standOutFromThePanel();
};

namespace {

/// As WCAG 2.1 has it.
double luminance(const QColor &color)
{
    const auto linear = [](double part) {
        return part <= 0.04045 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF());
}

double contrast(const QColor &a, const QColor &b)
{
    const double one = luminance(a), other = luminance(b);
    return (std::max(one, other) + 0.05) / (std::min(one, other) + 0.05);
}

} // namespace

void TstFlatStyle::indicators_standOutFromThePanel_data()
{
    QTest::addColumn<int>("scheme");
    QTest::addColumn<int>("indicator");
    QTest::addColumn<bool>("on");
    for (const Scheme scheme : {Scheme::Light, Scheme::Dark})
        for (const auto indicator : {QStyle::PE_IndicatorCheckBox, QStyle::PE_IndicatorRadioButton})
            for (const bool on : {false, true})
                QTest::addRow("%s %s %s", scheme == Scheme::Dark ? "dark" : "light",
                              indicator == QStyle::PE_IndicatorCheckBox ? "check box" : "radio button",
                              on ? "on" : "off")
                    << static_cast<int>(scheme) << static_cast<int>(indicator) << on;
}

void TstFlatStyle::indicators_standOutFromThePanel()
{
    QFETCH(int, scheme);
    QFETCH(int, indicator);
    QFETCH(bool, on);
    applyTheme(static_cast<Scheme>(scheme));
    QImage image(16, 16, QImage::Format_RGB32);
    image.fill(colors().panel);
    QStyleOptionButton option;
    option.rect = image.rect();
    option.palette = qApp->palette();
    option.state = QStyle::State_Enabled | (on ? QStyle::State_On : QStyle::State_Off);
    QPainter painter(&image);
    qApp->style()->drawPrimitive(static_cast<QStyle::PrimitiveElement>(indicator), &option, &painter);
    painter.end();
    double most = 0;
    for (int x = 0; x < image.width(); ++x)
        most = std::max(most, contrast(image.pixelColor(x, image.height() / 2), colors().panel));
    QVERIFY2(most >= 3.0, qPrintable(QString::number(most)));
}

QTEST_MAIN(TstFlatStyle)
#include "tst_flatstyle.moc"
