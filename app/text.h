#pragma once
// Text on the terminal: figures, tables, bars.
#include "core/base/issue.h"
#include "core/base/text.h"
#include "core/measure/measure.h"

#include <optional>
#include <string>
#include <vector>

namespace lathe {

std::string rateText(const Interval &rate);         ///< "97.33 % (95.53 to 98.42)"
std::string pointsText(const Interval &difference); ///< "-0.40 ± 0.35 points"
std::string issueText(const Issue &issue);          ///< "conv1: ..."
/// Bars of equal width, one of eight heights each; bins that hold nothing stay blank.
std::string sparkline(const std::vector<int64_t> &counts, size_t width);

/// Aligned columns separated by two blanks.
class Table {
public:
    enum class Align { Left, Right };
    struct Column {
        std::string title;
        Align align = Align::Right;
    };
    explicit Table(std::vector<Column> columns) : m_columns(std::move(columns)) {}
    /// As many as columns. What is wider than any screen is shortened in its middle.
    void add(std::vector<std::string> cells);
    std::string text() const; ///< title line, then the rows

private:
    std::vector<Column> m_columns;
    std::vector<std::vector<std::string>> m_rows;
};

using Fields = std::vector<std::pair<std::string, std::string>>;
/// "Label       value" lines with the values below each other.
std::string fieldsText(const Fields &fields);
void addMetricFields(Fields &fields, const Metrics &metrics); ///< top-1, top-5, loss: those that there are
void addComparisonFields(Fields &fields, const Comparison &comparison); ///< against a baseline

} // namespace lathe
