#pragma once
#include "core/recipe/settings.h"

#include <QList>
#include <QString>

class QWidget;

namespace lathe::ui {

struct HelpPage {
    QString id;    ///< "figures"; its address is helpUrl(id)
    QString title; ///< its first line
    QString text;  ///< Markdown
};
/// In the order of the contents, in the language that the program speaks; the first one is the contents
/// themselves.
const QList<HelpPage> &helpPages();
QString helpUrl(const QString &id); ///< of the resource, in the language that the program speaks
/// Pages with all words of the text, those with more of them in the title first; no words: all pages.
QList<HelpPage> searchHelp(const QString &words);

QString helpPageOf(PruneMethod method);
QString helpPageOf(NumberFormat format);
QString helpPageOf(Rounding rounding);
QString helpPageOf(RankMethod method);
QString helpPageOf(RankForm form);

/// The page of the widget, or of the nearest one around it that has one: by its property "helpPage", else by
/// what kind of widget it is. "index": none of them has.
QString helpPageFor(const QWidget *widget);

} // namespace lathe::ui
