#pragma once
// A small picture of a page: SVG that stands in the HTML itself.
#include <optional>
#include <string>
#include <vector>

namespace lathe {

/// Text of a page or a picture: printable, with the characters that HTML and XML read as their own written
/// out.
std::string escapedMarkup(const std::string &text);

/// One <svg> element, in units that a page shows as pixels at most. What is drawn goes by an ink, which is
/// also its CSS class, so that a page can give it other colours in the dark; alone it has those of paper.
class SvgFigure {
public:
    enum class Ink { Text, Muted, Line, Before, After, Other };
    enum class Anchor { Start, Middle, End };

    /// @param title,description what somebody is told who does not see it
    SvgFigure(double width, double height, std::string title, std::string description);

    double width() const { return m_width; }
    double height() const { return m_height; }

    void line(double x1, double y1, double x2, double y2, Ink ink, double stroke = 1.0);
    void circle(double x, double y, double radius, Ink ink, const std::string &hint = {});
    void rect(double x, double y, double width, double height, Ink ink, const std::string &hint = {});
    /// @param size of the letters
    void text(double x, double y, const std::string &text, Ink ink = Ink::Text, Anchor anchor = Anchor::Start,
              double size = 12.0, const std::string &hint = {});

    /// One bar of several that stand on a line.
    struct Bar {
        double left = 0.0, width = 0.0, height = 0.0;
    };
    void bars(const std::vector<Bar> &bars, double bottom, Ink ink);

    std::string markup() const;

private:
    double m_width, m_height;
    std::string m_title, m_description, m_body;
};

/// Room that a text takes, about: there are no fonts here. @param size of its letters
double textWidth(const std::string &text, double size);
/// Its beginning and its end where it is wider than the room.
std::string shortened(const std::string &text, double room, double size);

/// Round values for an axis from `low` to `high`: at most `most` of them, at least two where the range has
/// any; steps of 1, 2 or 5 times a power of ten.
std::vector<double> roundTicks(double low, double high, int most);
/// The same for an axis on which equal ratios are equally long. @param low above 0
std::vector<double> ratioTicks(double low, double high, int most);

} // namespace lathe
