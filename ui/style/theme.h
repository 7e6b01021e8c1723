#pragma once
// The look: Fusion with our own light and dark palettes, data colours that colour-blind people can tell
// apart, line icons.
#include <QColor>
#include <QFont>
#include <QIcon>
#include <QObject>

class QTableView;

namespace lathe::ui {

enum class Scheme { System, Light, Dark };

/// Sets style and palette of the application; may be called again at any time.
void applyTheme(Scheme scheme);
bool isDark();

/// Data colours after Okabe & Ito 2008; the rest is ink and paper.
struct Colors {
    QColor original; ///< the untouched model
    QColor current;  ///< the recipe being edited
    QColor accent;   ///< handles that can be dragged, marks that matter
    QColor good, loss, third;
    QColor muted;   ///< secondary text
    QColor line;    ///< one-pixel separators and grid lines
    QColor surface; ///< where data lies: tables, charts
    QColor panel;   ///< around it
    QColor text;
};
const Colors &colors();

/// A line icon of resources/icons, drawn in the palette's colours of the moment (a change of theme needs no
/// new icon).
QIcon icon(const QString &name);

/// The application font scaled; body is 1.0.
QFont scaledFont(double factor, QFont::Weight weight = QFont::Normal);
inline constexpr double titleScale = 0.85;  ///< panel titles, axis labels, captions
inline constexpr double figureScale = 1.54; ///< the figures of the NOW strip

/// Tells views that paint by colors() to paint again.
class ThemeNotifier : public QObject {
    Q_OBJECT
public:
    static ThemeNotifier *instance();

signals:
    void changed();

private:
    using QObject::QObject;
};

} // namespace lathe::ui
