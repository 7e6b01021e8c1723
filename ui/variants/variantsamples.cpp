#include "ui/variants/variantsamples.h"

#include "ui/base/format.h"

#include <QCoreApplication>

#include <algorithm>

namespace lathe::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(lathe::ui::VariantSamples)
};

/// Without labels it is the agreement that tells variants apart.
bool isShareOfSamples(Figure figure, const Figures &figures)
{
    return (figure == Figure::Accuracy && figures.top1) ||
           (figure == Figure::Agreement && figures.agreement && !figures.top1);
}

} // namespace

bool isOnOtherSamples(const Variant &variant, const Variant &baseline)
{
    const Figures &its = variant.figures;
    if (its.samplesDone <= 0 || baseline.figures.samplesDone <= 0)
        return false;
    return its.samplesDone != baseline.figures.samplesDone || !(variant.data == baseline.data);
}

bool areOnDifferentSamples(const QVector<Variant> &variants)
{
    return std::ranges::any_of(variants,
                               [&](const Variant &v) { return isOnOtherSamples(v, variants.front()); });
}

FigureText withSamples(FigureText share, const Figures &figures)
{
    share.note += (share.note.isEmpty() ? QString() : QStringLiteral(" ")) +
                  Words::tr("of %1").arg(figures.samplesDone);
    return share;
}

FigureText withOrigin(FigureText difference, const Figures &figures)
{
    if (figures.top1 && figures.top1Difference && Figures::isCurrent(figures.quality))
        difference.note =
            Words::tr("from %1").arg(percent(figures.top1->value - figures.top1Difference->value));
    return difference;
}

FigureText figureAmong(const QVector<Variant> &variants, int row, Figure figure)
{
    const Variant &variant = variants[row];
    FigureText text = figureText(figure, variant.figures, row == 0);
    if (isShareOfSamples(figure, variant.figures)) {
        if (!areOnDifferentSamples(variants))
            return text;
        text.note.clear(); // the interval is in the tooltip: with it the text would be too wide for a column
        return withSamples(text, variant.figures);
    }
    if (figure == Figure::Difference && isOnOtherSamples(variant, variants.front()))
        return withOrigin(text, variant.figures);
    return text;
}

} // namespace lathe::ui
