#include "ui/help/helppages.h"

#include "ui/base/translation.h"

#include <QFile>
#include <QHash>
#include <QWidget>
#include <algorithm>
#include <map>

namespace lathe::ui {
namespace {

const QString contents = QStringLiteral("index");

const QStringList &ids()
{
    static const QStringList all =
        QStringLiteral(
            "index window figures variants data exporting keyboard prune wanda obs gradients quantize "
            "gptq nf4 halffloat ternary binary biascorrection cluster rank asvd "
            "convrank separable channels drop fold renormalize recovery training")
            .split(QLatin1Char(' '));
    return all;
}

/// English pages lie in the folder itself, those of another language in one of its name.
QString pathOf(const QString &id)
{
    const QString language = spokenLanguage();
    const QString folder = language == QLatin1String("en") ? QString() : language + QLatin1Char('/');
    return QStringLiteral("/help/%1%2.md").arg(folder, id);
}

HelpPage read(const QString &id)
{
    QFile file(QLatin1Char(':') + pathOf(id));
    HelpPage page{.id = id, .title = id, .text = {}};
    if (file.open(QIODevice::ReadOnly))
        page.text = QString::fromUtf8(file.readAll());
    if (page.text.startsWith(QLatin1String("# ")))
        page.title = page.text.mid(2).section(QLatin1Char('\n'), 0, 0);
    return page;
}

} // namespace

const QList<HelpPage> &helpPages()
{
    static std::map<QString, QList<HelpPage>> byLanguage;
    QList<HelpPage> &pages = byLanguage[spokenLanguage()];
    if (pages.isEmpty())
        for (const QString &id : ids())
            pages << read(id);
    return pages;
}

QString helpUrl(const QString &id)
{
    return QStringLiteral("qrc:") + pathOf(id);
}

QList<HelpPage> searchHelp(const QString &words)
{
    // Simplified: Chinese input methods write a wide space.
    const QStringList wanted = words.simplified().split(QLatin1Char(' '), Qt::SkipEmptyParts);
    const auto heldBy = [&wanted](const QString &text) {
        return std::ranges::count_if(
            wanted, [&text](const QString &word) { return text.contains(word, Qt::CaseInsensitive); });
    };
    QList<HelpPage> found;
    for (const HelpPage &page : helpPages())
        if (heldBy(page.text) == wanted.size())
            found << page;
    std::ranges::stable_sort(found, std::greater<>(),
                             [&heldBy](const HelpPage &page) { return heldBy(page.title); });
    return found;
}

QString helpPageOf(PruneMethod method)
{
    const std::string_view page = criterionOf(method).help;
    return QString::fromUtf8(page.data(), static_cast<qsizetype>(page.size()));
}

QString helpPageOf(NumberFormat format)
{
    switch (format) {
    case NumberFormat::Uniform:
        return QStringLiteral("quantize");
    case NumberFormat::Nf4:
        return QStringLiteral("nf4");
    case NumberFormat::Fp16:
    case NumberFormat::Bf16:
        return QStringLiteral("halffloat");
    case NumberFormat::Ternary:
        return QStringLiteral("ternary");
    case NumberFormat::Binary:
        break;
    }
    return QStringLiteral("binary");
}

QString helpPageOf(Rounding rounding)
{
    return rounding == Rounding::Gptq ? QStringLiteral("gptq") : QStringLiteral("quantize");
}

QString helpPageOf(RankMethod method)
{
    return method == RankMethod::ActivationSvd ? QStringLiteral("asvd") : QStringLiteral("rank");
}

QString helpPageOf(RankForm form)
{
    return form == RankForm::Channel ? QStringLiteral("rank") : QStringLiteral("convrank");
}

QString helpPageFor(const QWidget *widget)
{
    static const QHash<QString, QString> byKind{
        {QStringLiteral("NowStrip"), QStringLiteral("figures")},
        {QStringLiteral("VariantsPanel"), QStringLiteral("variants")},
        {QStringLiteral("CompareView"), QStringLiteral("variants")},
        {QStringLiteral("SpectrumChart"), QStringLiteral("rank")},
        {QStringLiteral("DatasetDialog"), QStringLiteral("data")},
        {QStringLiteral("CalibrationDialog"), QStringLiteral("data")},
        {QStringLiteral("ExportDialog"), QStringLiteral("exporting")},
        {QStringLiteral("DockArea"), QStringLiteral("window")},
        {QStringLiteral("RulesDialog"), QStringLiteral("window")},
    };
    for (; widget; widget = widget->parentWidget()) {
        if (const QString page = widget->property("helpPage").toString(); ids().contains(page))
            return page;
        const QString kind =
            QString::fromLatin1(widget->metaObject()->className()).section(QStringLiteral("::"), -1);
        if (byKind.contains(kind))
            return byKind[kind];
    }
    return contents;
}

} // namespace lathe::ui
