#include "ui/compare/comparedvariants.h"

#include "ui/base/shortnames.h"

#include <QTableWidget>

namespace lathe::ui {

QStringList namesOf(const QVector<Variant> &variants)
{
    QStringList names;
    for (const Variant &variant : variants)
        names << variant.name;
    return names;
}

QStringList columnTitles(const QVector<Variant> &variants)
{
    QStringList names;
    for (const Variant &variant : variants)
        if (!variant.isBaseline())
            names << variant.name;
    QStringList titles = shortNames(names);
    for (qsizetype v = 0; v < variants.size(); ++v)
        if (variants[v].isBaseline())
            titles.insert(v, variants[v].name);
    return titles;
}

QString keptTogether(const QString &figure)
{
    return QString(figure).replace(QLatin1Char(' '), QChar::Nbsp);
}

void setVariantTitles(QTableWidget *table, int first, const QVector<Variant> &variants)
{
    const QStringList titles = columnTitles(variants);
    for (int v = 0; v < variants.size(); ++v) {
        QTableWidgetItem *header = table->horizontalHeaderItem(first + v);
        header->setText(titles[v]);
        header->setToolTip(variants[v].name);
    }
}

} // namespace lathe::ui
