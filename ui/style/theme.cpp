#include "ui/style/theme.h"

#include "ui/style/flatstyle.h"

#include <QApplication>
#include <QFile>
#include <QFontInfo>
#include <QIconEngine>
#include <QPainter>
#include <QPalette>
#include <QStyle>
#include <QSvgRenderer>

// A static library's resources are dropped by the linker unless something asks for them; not possible inside
// a namespace.
static void initResources()
{
    Q_INIT_RESOURCE(resources);
}

namespace lathe::ui {
namespace {

const Colors lightColors = {.original = 0x8A8F98,
                            .current = 0x0072B2,
                            .accent = 0xE69F00,
                            .good = 0x009E73,
                            .loss = 0xD55E00,
                            .third = 0xCC79A7,
                            .muted = 0x646B76,
                            .line = 0xDCDFE4,
                            .surface = 0xFFFFFF,
                            .panel = 0xF5F6F8,
                            .text = 0x1C1F24};
const Colors darkColors = {.original = 0x8A8F98,
                           .current = 0x56B4E9,
                           .accent = 0xE69F00,
                           .good = 0x2BC49A,
                           .loss = 0xF0803C,
                           .third = 0xCC79A7,
                           .muted = 0x9AA1AB,
                           .line = 0x363B43,
                           .surface = 0x17191D,
                           .panel = 0x1F2227,
                           .text = 0xE3E6EA};

bool darkNow = false;

bool systemIsDark()
{
    // The palette the platform gave us, read before our own replaces it.
    static const bool dark = [] {
        const QPalette platform = QApplication::palette();
        return platform.color(QPalette::Window).lightness() <
               platform.color(QPalette::WindowText).lightness();
    }();
    return dark;
}

QColor mixed(const QColor &a, const QColor &b, double shareOfB)
{
    const double shareOfA = 1.0 - shareOfB;
    return QColor::fromRgbF(float(a.redF() * shareOfA + b.redF() * shareOfB),
                            float(a.greenF() * shareOfA + b.greenF() * shareOfB),
                            float(a.blueF() * shareOfA + b.blueF() * shareOfB));
}

QPalette makePalette(const Colors &c, bool dark)
{
    QPalette p;
    p.setColor(QPalette::Window, c.panel);
    p.setColor(QPalette::WindowText, c.text);
    p.setColor(QPalette::Base, c.surface);
    p.setColor(QPalette::AlternateBase, mixed(c.surface, c.text, 0.03));
    p.setColor(QPalette::Text, c.text);
    p.setColor(QPalette::PlaceholderText, c.muted);
    p.setColor(QPalette::Button, dark ? QColor(0x2B2F36) : QColor(0xECEEF1));
    p.setColor(QPalette::ButtonText, c.text);
    p.setColor(QPalette::BrightText, c.loss);
    p.setColor(QPalette::ToolTipBase, dark ? QColor(0x2B2F36) : QColor(0xFFFFFF));
    p.setColor(QPalette::ToolTipText, c.text);
    p.setColor(QPalette::Link, c.current);
    p.setColor(QPalette::LinkVisited, c.third);
    p.setColor(QPalette::Highlight, dark ? QColor(0x2F7CAD) : c.current);
    p.setColor(QPalette::HighlightedText, Qt::white);
    p.setColor(QPalette::Light, mixed(c.panel, Qt::white, dark ? 0.10 : 0.8));
    p.setColor(QPalette::Midlight, mixed(c.panel, Qt::white, dark ? 0.06 : 0.5));
    p.setColor(QPalette::Mid, mixed(c.panel, Qt::black, dark ? 0.25 : 0.18));
    p.setColor(QPalette::Dark, mixed(c.panel, Qt::black, dark ? 0.45 : 0.35));
    p.setColor(QPalette::Shadow, mixed(c.panel, Qt::black, 0.7));
    const QColor off = mixed(c.text, c.panel, 0.55);
    for (const QPalette::ColorRole role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        p.setColor(QPalette::Disabled, role, off);
    p.setColor(QPalette::Disabled, QPalette::Base, c.panel);
    p.setColor(QPalette::Disabled, QPalette::Highlight, mixed(c.panel, c.text, 0.25));
    p.setColor(QPalette::Disabled, QPalette::HighlightedText, off);
    return p;
}

/// Draws a line icon in the colour of the moment.
class LineIconEngine : public QIconEngine {
public:
    explicit LineIconEngine(const QString &name)
    {
        QFile file(QStringLiteral(":/icons/%1.svg").arg(name));
        if (file.open(QIODevice::ReadOnly))
            m_svg = file.readAll();
    }
    void paint(QPainter *painter, const QRect &rect, QIcon::Mode mode, QIcon::State) override
    {
        QColor ink = colors().text;
        if (mode == QIcon::Disabled)
            ink = mixed(colors().text, colors().panel, 0.6);
        else if (mode == QIcon::Selected)
            ink = QApplication::palette().color(QPalette::HighlightedText);
        QByteArray svg = m_svg;
        QSvgRenderer renderer(svg.replace("currentColor", ink.name().toLatin1()));
        renderer.setAspectRatioMode(Qt::KeepAspectRatio);
        renderer.render(painter, rect);
    }
    QPixmap pixmap(const QSize &size, QIcon::Mode mode, QIcon::State state) override
    {
        QPixmap pixmap(size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paint(&painter, QRect(QPoint(), size), mode, state);
        return pixmap;
    }
    bool isNull() override { return m_svg.isEmpty(); }
    QIconEngine *clone() const override { return new LineIconEngine(*this); }

private:
    QByteArray m_svg;
};

} // namespace

void applyTheme(Scheme scheme)
{
    const bool system = systemIsDark();
    darkNow = scheme == Scheme::Dark || (scheme == Scheme::System && system);
    if (!qobject_cast<FlatStyle *>(QApplication::style()))
        QApplication::setStyle(new FlatStyle);
    QApplication::setPalette(makePalette(colors(), darkNow));
    QFont font = QApplication::font();
    if (QFontInfo(font).pixelSize() < 13) {
        font.setPixelSize(13);
        QApplication::setFont(font);
    }
    emit ThemeNotifier::instance()->changed();
}

bool isDark()
{
    return darkNow;
}

const Colors &colors()
{
    return darkNow ? darkColors : lightColors;
}

QIcon icon(const QString &name)
{
    initResources();
    return QIcon(new LineIconEngine(name));
}

QFont scaledFont(double factor, QFont::Weight weight)
{
    QFont font = QApplication::font();
    font.setPixelSize(qRound(QFontInfo(font).pixelSize() * factor));
    font.setWeight(weight);
    return font;
}

ThemeNotifier *ThemeNotifier::instance()
{
    static ThemeNotifier notifier;
    return &notifier;
}

} // namespace lathe::ui
