#include "core/onnx/einsum.h"

#include <algorithm>
#include <map>
#include <string>

namespace lathe {
namespace {

/// Adds the dimensions of one input by their letter; of those under an ellipsis by their place from the end.
bool addDimensions(std::string_view term, const Shape &shape, std::map<int, int64_t> &dimensions)
{
    const size_t dots = term.find("...");
    const size_t letters = dots == std::string_view::npos ? term.size() : term.size() - 3;
    if (letters > shape.size() || (dots == std::string_view::npos && letters != shape.size()))
        return false;
    const size_t under = shape.size() - letters;
    const auto add = [&](int key, int64_t size) {
        int64_t &known = dimensions.try_emplace(key, size).first->second;
        known = std::max(known, size); // where one broadcasts
        return size >= 0 && (known == size || size == 1);
    };
    size_t d = 0;
    bool fits = true;
    for (size_t i = 0; i < term.size(); ++i) {
        if (i != dots) {
            fits = fits && add(static_cast<unsigned char>(term[i]), shape[d++]);
            continue;
        }
        for (size_t e = 0; e < under; ++e)
            fits = fits && add(-static_cast<int>(under - e), shape[d++]);
        i += 2;
    }
    return fits;
}

} // namespace

std::optional<int64_t> einsumProducts(std::string_view equation, const std::vector<Shape> &inputs)
{
    if (inputs.size() == 1)
        return 0;
    std::string left(equation.substr(0, equation.find("->")));
    std::erase(left, ' ');
    const size_t comma = left.find(',');
    if (inputs.size() != 2 || comma == std::string::npos || left.find(',', comma + 1) != std::string::npos)
        return std::nullopt;
    std::map<int, int64_t> dimensions;
    const std::string_view terms = left;
    if (!addDimensions(terms.substr(0, comma), inputs[0], dimensions) ||
        !addDimensions(terms.substr(comma + 1), inputs[1], dimensions))
        return std::nullopt;
    Shape all;
    for (const auto &[key, size] : dimensions)
        all.push_back(size);
    const int64_t count = elementCount(all);
    return count < 0 ? std::nullopt : std::optional(count);
}

} // namespace lathe
