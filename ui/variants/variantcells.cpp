#include "ui/variants/variantcells.h"

#include "ui/base/format.h"
#include "ui/base/messages.h"
#include "ui/variants/recipesummary.h"
#include "ui/variants/variantsamples.h"

#include <QCoreApplication>
#include <QDir>
#include <QLocale>

namespace lathe::ui {
namespace {

using M = VariantModel;

struct Words {
    Q_DECLARE_TR_FUNCTIONS(lathe::ui::VariantModel)
};

std::optional<Figure> figureAt(int column)
{
    switch (M::Column(column)) {
    case M::Top1:
        return Figure::Accuracy;
    case M::Difference:
        return Figure::Difference;
    case M::Agreement:
        return Figure::Agreement;
    case M::Size:
        return Figure::Size;
    case M::Ratio:
        return Figure::Ratio;
    case M::Macs:
        return Figure::Macs;
    case M::Latency:
        return Figure::Latency;
    case M::Name:
    case M::When:
    case M::RecipeSummary:
    case M::From:
    case M::ColumnCount:
        break;
    }
    return {};
}

/// Today's by the hour, older ones by the day.
QString whenText(const QDateTime &when)
{
    const QLocale locale;
    if (when.date() == QDate::currentDate())
        return locale.toString(when.time(), QStringLiteral("HH:mm"));
    return locale.toString(when.date(), QLocale::ShortFormat);
}

/// One line; empty for what was made from nothing here.
QString originText(const VariantModel &variants, int row)
{
    const int parent = variants.parentOf(row);
    return parent < 0 ? QString() : Words::tr("Made from %1.").arg(variants.at(parent).name);
}

QString nameTip(const VariantModel &variants, int row)
{
    const Variant &v = variants.at(row);
    QString tip = v.name;
    if (const QString origin = originText(variants, row); !origin.isEmpty())
        tip += QLatin1Char('\n') + origin;
    return v.note.isEmpty() ? tip : tip + QStringLiteral("\n\n") + v.note;
}

QString figureTip(const VariantModel &variants, Figure figure, int row)
{
    const Variant &v = variants.at(row);
    const FigureText text = figureAmong(variants.variants(), row, figure);
    QStringList lines;
    if (figure == Figure::Ratio)
        lines << Words::tr("Original size over this size");
    if (!text.toolTip.isEmpty())
        lines << text.toolTip;
    if (text.text == unavailable() && row > 0 && !v.file && standingOf(figure, v.figures) == Figures::Unknown)
        lines << Words::tr("Not measured yet. Apply the variant to measure it.");
    return lines.join(QLatin1Char('\n'));
}

QString whenTip(const Variant &v)
{
    const QString when = v.when.isValid() ? QLocale().toString(v.when, QLocale::LongFormat) : QString();
    return v.data.empty() ? when : QStringLiteral("%1\n%2").arg(when, messageText(v.data));
}

QString recipeTip(const Variant &v)
{
    if (v.file)
        return QStringLiteral("%1\n%2").arg(QDir::toNativeSeparators(v.file->path),
                                            v.file->stateText().isEmpty() ? v.file->matchingText()
                                                                          : v.file->stateText());
    return rulesText(v.recipe).join(QLatin1Char('\n'));
}

} // namespace

QString cellText(const VariantModel &variants, int row, int column)
{
    const Variant &v = variants.at(row);
    if (const auto figure = figureAt(column))
        return figureAmong(variants.variants(), row, *figure).whole();
    switch (column) {
    case M::Name:
        return v.name;
    case M::When:
        return v.when.isValid() ? whenText(v.when) : unavailable();
    case M::RecipeSummary:
        return !v.file                         ? recipeSummary(v.recipe)
               : v.file->stateText().isEmpty() ? v.file->name()
                                               : Words::tr("%1: %2").arg(v.file->name(), v.file->stateText());
    case M::From: {
        const int parent = variants.parentOf(row);
        return parent < 0 ? QString() : variants.at(parent).name;
    }
    default:
        break;
    }
    return {};
}

QString cellFullText(const VariantModel &variants, int row, int column)
{
    const Variant &v = variants.at(row);
    return column == M::RecipeSummary && !v.file && !v.recipe.rules.empty()
               ? rulesText(v.recipe).join(QStringLiteral("; "))
               : cellText(variants, row, column);
}

QString cellToolTip(const VariantModel &variants, int row, int column)
{
    if (const auto figure = figureAt(column))
        return figureTip(variants, *figure, row);
    switch (column) {
    case M::Name:
        return nameTip(variants, row);
    case M::From:
        return originText(variants, row);
    case M::When:
        return whenTip(variants.at(row));
    case M::RecipeSummary:
        return recipeTip(variants.at(row));
    default:
        break;
    }
    return {};
}

QVariant cellSortValue(const VariantModel &variants, int row, int column)
{
    const Variant &v = variants.at(row);
    const Figures &f = v.figures;
    switch (M::Column(column)) {
    case M::Name:
        return v.name;
    case M::Top1:
        return f.top1 ? f.top1->value : -1.0;
    case M::Difference:
        return f.top1Difference ? f.top1Difference->value : -2.0;
    case M::Agreement:
        return f.agreement ? f.agreement->value : -1.0;
    case M::Size:
        return qint64(f.bytes);
    case M::Ratio:
        return f.ratio().value_or(0.0);
    case M::Macs:
        return qint64(f.macs.value_or(-1));
    case M::When:
        return v.when;
    case M::Latency:
        return f.latency.value_or(-1.0);
    case M::RecipeSummary:
    case M::From:
        return cellText(variants, row, column);
    case M::ColumnCount:
        break;
    }
    return {};
}

bool isCellMuted(const VariantModel &variants, int row, int column)
{
    const auto figure = figureAt(column);
    return figure && figureAmong(variants.variants(), row, *figure).ink == FigureInk::Muted;
}

} // namespace lathe::ui
