#include "core/graph/part.h"

#include <algorithm>

namespace lathe {
namespace {

constexpr size_t widestRow = 48; // items; more go on in the next row

/// Puts a row's items beside each other around 0, several rows where there are many; @returns the next y.
double placeRow(const Part &part, std::span<const size_t> row, double y, std::vector<LayoutPoint> &centres)
{
    for (size_t start = 0; start < row.size(); start += widestRow) {
        const auto line = row.subspan(start, std::min(widestRow, row.size() - start));
        double width = itemGap * static_cast<double>(line.size() - 1), height = 0.0;
        for (const size_t item : line) {
            width += part.items[item].width;
            height = std::max(height, part.items[item].height);
        }
        double x = -width / 2;
        for (const size_t item : line) {
            centres[item] = {x + part.items[item].width / 2, y + height / 2};
            x += part.items[item].width + itemGap;
        }
        y += height + rowGap;
    }
    return y;
}

} // namespace

std::vector<int> rowsByLongestWay(const Part &part)
{
    std::vector<int> row(part.items.size(), 0);
    std::vector<LayoutEdge> edges = part.edges;
    std::sort(edges.begin(), edges.end(), [](const auto &a, const auto &b) { return a.to < b.to; });
    size_t next = 0;
    const int last = static_cast<int>(part.items.size()) - 1;
    for (int i = 0; i <= last; ++i) { // items come in an order of computing
        int &mine = row[static_cast<size_t>(i)];
        mine = part.top && i > 0 ? 1 : 0;
        for (; next < edges.size() && edges[next].to == i; ++next)
            mine = std::max(mine, row[static_cast<size_t>(edges[next].from)] + 1);
    }
    if (part.bottom && last > 0)
        row.back() = *std::max_element(row.begin(), row.end() - 1) + 1;
    return row;
}

bool isTooLargeForDot(const Part &part)
{
    // Measured: 400 items and 1,000 crossed rows take about a second, most of it for the crossings.
    constexpr size_t mostItems = 400;
    constexpr int mostRows = 1200;
    if (part.items.size() > mostItems)
        return true;
    const std::vector<int> rows = rowsByLongestWay(part);
    int crossed = 0;
    for (const LayoutEdge &edge : part.edges)
        crossed += rows[static_cast<size_t>(edge.to)] - rows[static_cast<size_t>(edge.from)];
    return crossed > mostRows;
}

EdgeRoute directRoute(LayoutPoint from, LayoutPoint to)
{
    const double middle = (from.y + to.y) / 2;
    return {{from, {from.x, middle}, {to.x, middle}, to}, false};
}

PartLayout plainLayout(const Part &part)
{
    const std::vector<int> rowOf = rowsByLongestWay(part);
    const int rows = part.items.empty() ? 0 : *std::max_element(rowOf.begin(), rowOf.end()) + 1;
    std::vector<std::vector<size_t>> members(static_cast<size_t>(rows));
    for (size_t i = 0; i < rowOf.size(); ++i)
        members[static_cast<size_t>(rowOf[i])].push_back(i);

    PartLayout layout;
    layout.centres.resize(part.items.size());
    std::vector<std::vector<size_t>> sources(part.items.size());
    for (const LayoutEdge &edge : part.edges)
        sources[static_cast<size_t>(edge.to)].push_back(static_cast<size_t>(edge.from));
    std::vector<double> wish(part.items.size(), 0.0); // the mean of where an item's edges come from
    double y = 0.0;
    for (std::vector<size_t> &row : members) {
        for (const size_t item : row)
            for (const size_t source : sources[item]) // stands in a row above
                wish[item] += layout.centres[source].x / static_cast<double>(sources[item].size());
        std::stable_sort(row.begin(), row.end(), [&](size_t a, size_t b) { return wish[a] < wish[b]; });
        y = placeRow(part, row, y, layout.centres);
    }
    for (const LayoutEdge &edge : part.edges) {
        const auto from = static_cast<size_t>(edge.from), to = static_cast<size_t>(edge.to);
        layout.routes.push_back(
            directRoute({layout.centres[from].x, layout.centres[from].y + part.items[from].height / 2},
                        {layout.centres[to].x, layout.centres[to].y - part.items[to].height / 2}));
    }
    return layout;
}

} // namespace lathe
