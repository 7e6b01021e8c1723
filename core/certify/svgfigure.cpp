#include "core/certify/svgfigure.h"

#include "core/base/text.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace lathe {
namespace {

/// Okabe and Ito 2008, as in the window.
const char *colorOf(SvgFigure::Ink ink)
{
    switch (ink) {
    case SvgFigure::Ink::Text:
        return "#1f2328";
    case SvgFigure::Ink::Muted:
        return "#656d76";
    case SvgFigure::Ink::Line:
        return "#d0d7de";
    case SvgFigure::Ink::Before:
        return "#8a8f98";
    case SvgFigure::Ink::After:
        return "#0072b2";
    case SvgFigure::Ink::Other:
        break;
    }
    return "#cc79a7";
}

const char *classOf(SvgFigure::Ink ink)
{
    constexpr const char *names[] = {"ink", "muted", "line", "before", "after", "other"};
    return names[static_cast<size_t>(ink)];
}

std::string hintOf(const std::string &hint)
{
    return hint.empty() ? hint : fmt::format("<title>{}</title>", escapedMarkup(hint));
}

/// The characters of a text in UTF-8.
std::vector<std::string> charactersOf(const std::string &text)
{
    std::vector<std::string> characters;
    for (const char c : text) {
        if (characters.empty() || (static_cast<unsigned char>(c) & 0xC0U) != 0x80U)
            characters.emplace_back();
        characters.back() += c;
    }
    return characters;
}

double widthOf(const std::string &character, double size)
{
    constexpr double latin = 0.6,
                     wide = 1.0; // of the height of the letters; those of three bytes are Chinese
    return size * (character.size() >= 3 ? wide : latin);
}

} // namespace

std::string escapedMarkup(const std::string &text)
{
    std::string safe;
    for (const char c : printable(text)) {
        switch (c) {
        case '&':
            safe += "&amp;";
            break;
        case '<':
            safe += "&lt;";
            break;
        case '>':
            safe += "&gt;";
            break;
        case '"':
            safe += "&quot;";
            break;
        default:
            safe += c;
        }
    }
    return safe;
}

SvgFigure::SvgFigure(double width, double height, std::string title, std::string description)
    : m_width(width), m_height(height), m_title(std::move(title)), m_description(std::move(description))
{
}

void SvgFigure::line(double x1, double y1, double x2, double y2, Ink ink, double stroke)
{
    m_body += fmt::format("<line class=\"{}\" x1=\"{:.2f}\" y1=\"{:.2f}\" x2=\"{:.2f}\" y2=\"{:.2f}\" "
                          "stroke=\"{}\" stroke-width=\"{:.1f}\"/>\n",
                          classOf(ink), x1, y1, x2, y2, colorOf(ink), stroke);
}

void SvgFigure::circle(double x, double y, double radius, Ink ink, const std::string &hint)
{
    m_body +=
        fmt::format("<circle class=\"{}\" cx=\"{:.2f}\" cy=\"{:.2f}\" r=\"{:.1f}\" fill=\"{}\">{}</circle>\n",
                    classOf(ink), x, y, radius, colorOf(ink), hintOf(hint));
}

void SvgFigure::rect(double x, double y, double width, double height, Ink ink, const std::string &hint)
{
    m_body += fmt::format("<rect class=\"{}\" x=\"{:.2f}\" y=\"{:.2f}\" width=\"{:.3f}\" height=\"{:.2f}\" "
                          "fill=\"{}\">{}</rect>\n",
                          classOf(ink), x, y, width, height, colorOf(ink), hintOf(hint));
}

void SvgFigure::text(double x, double y, const std::string &text, Ink ink, Anchor anchor, double size,
                     const std::string &hint)
{
    constexpr const char *anchors[] = {"start", "middle", "end"};
    m_body +=
        fmt::format("<text class=\"{}\" x=\"{:.2f}\" y=\"{:.2f}\" font-size=\"{:.1f}\" text-anchor=\"{}\" "
                    "fill=\"{}\">{}{}</text>\n",
                    classOf(ink), x, y, size, anchors[static_cast<size_t>(anchor)], colorOf(ink),
                    hintOf(hint), escapedMarkup(text));
}

void SvgFigure::bars(const std::vector<Bar> &bars, double bottom, Ink ink)
{
    std::string path;
    for (const Bar &bar : bars)
        if (bar.height > 0.0)
            path += fmt::format("M{0:.2f},{1:.2f}v-{2:.3f}h{3:.2f}v{2:.3f}z", bar.left, bottom, bar.height,
                                bar.width);
    m_body += fmt::format("<path class=\"{}\" fill=\"{}\" d=\"{}\"/>\n", classOf(ink), colorOf(ink), path);
}

std::string SvgFigure::markup() const
{
    return fmt::format("<svg role=\"img\" viewBox=\"0 0 {0:.0f} {1:.0f}\" "
                       "width=\"{0:.0f}\" height=\"{1:.0f}\" font-family=\"system-ui, sans-serif\">\n"
                       "<title>{2}</title>\n<desc>{3}</desc>\n{4}</svg>\n",
                       m_width, m_height, escapedMarkup(m_title), escapedMarkup(m_description), m_body);
}

double textWidth(const std::string &text, double size)
{
    double width = 0.0;
    for (const std::string &character : charactersOf(text))
        width += widthOf(character, size);
    return width;
}

std::string shortened(const std::string &text, double room, double size)
{
    if (textWidth(text, size) <= room)
        return text;
    const std::vector<std::string> characters = charactersOf(text);
    const std::string gap = "\u2026";
    double left = room - size; // of the gap
    size_t first = 0, last = characters.size();
    for (bool front = false; first < last; front = !front) { // the end tells layers apart, so it comes first
        const std::string &next = front ? characters[first] : characters[last - 1];
        left -= widthOf(next, size);
        if (left < 0.0)
            break;
        front ? ++first : --last;
    }
    std::string result;
    for (size_t i = 0; i < characters.size(); ++i) {
        if (i == first)
            result += gap;
        if (i < first || i >= last)
            result += characters[i];
    }
    return result;
}

std::vector<double> roundTicks(double low, double high, int most)
{
    std::vector<double> ticks;
    if (!(high > low))
        return ticks;
    const double smallest = (high - low) / std::max(most, 1);
    const double power = std::pow(10.0, std::floor(std::log10(smallest)));
    double step = 10.0 * power;
    for (const double factor : {5.0, 2.0, 1.0})
        if (factor * power >= smallest)
            step = factor * power;
    for (double k = std::ceil(low / step - 1e-9); k * step <= high + step * 1e-9; k += 1.0)
        ticks.push_back(k * step);
    return ticks;
}

std::vector<double> ratioTicks(double low, double high, int most)
{
    std::vector<double> ticks;
    for (double power = std::pow(10.0, std::floor(std::log10(low))); power <= high; power *= 10.0)
        for (const double factor : {1.0, 2.0, 5.0})
            if (factor * power >= low * (1.0 - 1e-9) && factor * power <= high * (1.0 + 1e-9))
                ticks.push_back(factor * power);
    return ticks.size() < 2 || static_cast<int>(ticks.size()) > most ? roundTicks(low, high, most) : ticks;
}

} // namespace lathe
