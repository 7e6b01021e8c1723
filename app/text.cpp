#include "app/text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>

namespace lathe {
namespace {

/// Characters on the screen: UTF-8 continuation bytes take no room.
size_t screenWidth(const std::string &text)
{
    return static_cast<size_t>(std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string padded(const std::string &text, size_t width, Table::Align align)
{
    const std::string blanks(width - std::min(width, screenWidth(text)), ' ');
    return align == Table::Align::Left ? text + blanks : blanks + text;
}

constexpr size_t widestColumn = 100, widestLastColumn = 1000;

/// With an ellipsis in its middle where it takes more room: names differ at both ends.
std::string shortened(const std::string &text, size_t width)
{
    if (text.size() <= width || screenWidth(text) <= width)
        return text;
    const auto isStart = [](char c) { return (c & 0xC0) != 0x80; };
    size_t head = 0;
    for (size_t shown = 0; shown < width / 2 || !isStart(text[head]); ++head)
        shown += isStart(text[head]) ? 1 : 0;
    size_t tail = text.size();
    for (size_t shown = 0; shown + width / 2 + 1 < width;)
        shown += isStart(text[--tail]) ? 1 : 0;
    return text.substr(0, head) + "…" + text.substr(tail);
}

std::string withoutTrailingBlanks(std::string line)
{
    line.erase(line.find_last_not_of(' ') + 1);
    return line;
}

} // namespace

std::string rateText(const Interval &rate)
{
    return fmt::format("{:.2f} % ({:.2f} to {:.2f})", 100.0 * rate.value, 100.0 * rate.low,
                       100.0 * rate.high);
}

std::string pointsText(const Interval &difference)
{
    return fmt::format("{:+.2f} ± {:.2f} points", 100.0 * difference.value, 100.0 * difference.halfWidth());
}

std::string issueText(const Issue &issue)
{
    const std::string &text = issue.message.text();
    const bool named = issue.layer.empty() || text.find(issue.layer) != std::string::npos;
    return printable(named ? text : issue.layer + ": " + text);
}

std::string sparkline(const std::vector<int64_t> &counts, size_t width)
{
    static constexpr std::array<const char *, 9> bars{" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    width = std::min(width, counts.size());
    std::vector<int64_t> sums(width, 0);
    for (size_t i = 0; i < counts.size(); ++i)
        sums[i * width / counts.size()] += counts[i];
    const int64_t most = sums.empty() ? 0 : *std::ranges::max_element(sums);
    std::string line;
    for (const int64_t sum : sums) {
        const double height = sum == 0 ? 0.0 : 8.0 * static_cast<double>(sum) / static_cast<double>(most);
        line += bars[static_cast<size_t>(std::ceil(height))];
    }
    return line;
}

void Table::add(std::vector<std::string> cells)
{
    cells.resize(m_columns.size());
    for (std::string &cell : cells)
        cell = shortened(printable(cell), &cell == &cells.back() ? widestLastColumn : widestColumn);
    m_rows.push_back(std::move(cells));
}

std::string Table::text() const
{
    std::vector<size_t> widths;
    for (size_t c = 0; c < m_columns.size(); ++c) {
        widths.push_back(screenWidth(m_columns[c].title));
        for (const auto &row : m_rows)
            widths[c] = std::max(widths[c], screenWidth(row[c]));
    }
    std::string lines;
    const auto addLine = [&](const auto &cellOf) {
        std::string line;
        for (size_t c = 0; c < m_columns.size(); ++c)
            line += (c > 0 ? "  " : "") + (c + 1 == m_columns.size() && m_columns[c].align == Align::Left
                                               ? cellOf(c)
                                               : padded(cellOf(c), widths[c], m_columns[c].align));
        lines += withoutTrailingBlanks(std::move(line)) + "\n";
    };
    addLine([&](size_t c) -> const std::string & { return m_columns[c].title; });
    for (const auto &row : m_rows)
        addLine([&](size_t c) -> const std::string & { return row[c]; });
    return lines;
}

std::string fieldsText(const Fields &fields)
{
    size_t width = 0;
    for (const auto &[label, value] : fields)
        width = std::max(width, screenWidth(label));
    std::string lines;
    for (const auto &[label, value] : fields)
        lines +=
            withoutTrailingBlanks(padded(label, width, Table::Align::Left) + "  " + printable(value)) + "\n";
    return lines;
}

void addMetricFields(Fields &fields, const Metrics &metrics)
{
    if (metrics.top1)
        fields.emplace_back("Top-1", rateText(*metrics.top1));
    if (metrics.top5)
        fields.emplace_back("Top-5", rateText(*metrics.top5));
    if (metrics.loss)
        fields.emplace_back("Loss", fmt::format("{:.4f} ({:.4f} to {:.4f})", metrics.loss->value,
                                                metrics.loss->low, metrics.loss->high));
}

void addComparisonFields(Fields &fields, const Comparison &comparison)
{
    if (comparison.top1Difference)
        fields.emplace_back(
            "Top-1 difference",
            fmt::format("{} ({} samples)", pointsText(*comparison.top1Difference), comparison.samples));
    if (comparison.agreement)
        fields.emplace_back("Agreement", rateText(*comparison.agreement));
    if (comparison.meanKl)
        fields.emplace_back("KL divergence", numberText(*comparison.meanKl) + " nats");
    fields.emplace_back("SQNR", decibelText(comparison.sqnrDecibel).text());
}

} // namespace lathe
