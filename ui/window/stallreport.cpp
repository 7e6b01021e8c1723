#include "ui/window/stallreport.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <cmath>

namespace lathe::ui {

double Stalls::quantile(double share, double Beat::*part) const
{
    if (beats.empty())
        return 0.0;
    std::vector<double> sorted;
    for (const Beat &beat : beats)
        sorted.push_back(beat.*part);
    std::ranges::sort(sorted);
    const double place = std::ceil(share * static_cast<double>(sorted.size())) - 1.0;
    return sorted[static_cast<size_t>(std::max(0.0, place))];
}

QString stallTable(const std::vector<Stalls> &actions)
{
    QString table = QStringLiteral("| action | median, ms | 99 %, ms | longest, ms | longest own, "
                                   "ms | longest work, ms |\n| --- | ---: | ---: | ---: | ---: | ---: |\n");
    for (const Stalls &row : actions)
        table += QStringLiteral("| %1 | %2 | %3 | %4 | %5 | %6 |\n")
                     .arg(row.action)
                     .arg(row.quantile(0.5), 0, 'f', 1)
                     .arg(row.quantile(0.99), 0, 'f', 1)
                     .arg(row.quantile(1.0), 0, 'f', 1)
                     .arg(row.quantile(1.0, &Beat::own), 0, 'f', 1)
                     .arg(row.longestWork, 0, 'f', 1);
    return table;
}

QByteArray stallJson(const std::vector<Stalls> &actions)
{
    QJsonArray rows;
    for (const Stalls &row : actions)
        rows << QJsonObject{{QStringLiteral("action"), row.action},
                            {QStringLiteral("beats"), static_cast<qint64>(row.beats.size())},
                            {QStringLiteral("median_ms"), row.quantile(0.5)},
                            {QStringLiteral("p99_ms"), row.quantile(0.99)},
                            {QStringLiteral("longest_ms"), row.quantile(1.0)},
                            {QStringLiteral("longest_own_ms"), row.quantile(1.0, &Beat::own)},
                            {QStringLiteral("longest_work_ms"), row.longestWork}};
    return QJsonDocument(QJsonObject{{QStringLiteral("actions"), rows}}).toJson();
}

} // namespace lathe::ui
