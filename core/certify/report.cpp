#include "core/certify/report.h"

#include "core/base/text.h"
#include "core/certify/layercolumns.h"
#include "core/certify/reportfigures.h"
#include "core/compress/entropycost.h"
#include "core/runtime/session.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace lathe {
namespace {

// Pictures are SVG with classes, so that they follow the page into the dark and on paper.
constexpr const char *style = R"(
:root { color-scheme: light dark; --paper: #fff; --ink: #1f2328; --muted: #656d76; --line: #d0d7de; --before: #8a8f98; --after: #0072b2; --other: #cc79a7; --good: #00795a; --bad: #b34700; }
@media (prefers-color-scheme: dark) { :root { --paper: #16191d; --ink: #e6e8eb; --muted: #9aa3ad; --line: #3a4048; --before: #8a8f98; --after: #56b4e9; --other: #dd9ac2; --good: #2fc79c; --bad: #ff8a4c; } }
@media print { :root { color-scheme: light; --paper: #fff; --ink: #000; --muted: #444; --line: #bbb; --before: #8a8f98; --after: #0072b2; --other: #cc79a7; --good: #00795a; --bad: #b34700; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 84em; margin: 2em auto; padding: 0 1em; }
h1 { font-size: 1.6em; margin-bottom: 0; overflow-wrap: anywhere; } h2 { font-size: 1.15em; margin-top: 2em; }
table { border-collapse: collapse; } th, td { padding: .25em 1.1em .25em 0; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--line); vertical-align: top; }
th { font-weight: 600; vertical-align: bottom; } .left { text-align: left; } td.left { white-space: normal; overflow-wrap: anywhere; }
.layers { font-size: 13px; } .layers th, .layers td { padding-right: .8em; } .layers td.left { min-width: 9em; max-width: 20em; } tfoot td { font-weight: 600; border-bottom: 0; }
td, text, code { font-variant-numeric: tabular-nums; } code { overflow-wrap: anywhere; }
figure { margin: .8em 0; } figcaption { overflow-wrap: anywhere; color: var(--muted); } figcaption b { color: var(--ink); font-weight: 600; }
svg { max-width: 100%; height: auto; display: block; } .small { display: flex; flex-wrap: wrap; gap: 1em 2em; } .small figure { width: 286px; margin: 0; }
rect.before, path.before, circle.before { fill: var(--before); } rect.after, path.after, circle.after { fill: var(--after); } path.after { fill-opacity: .75; } circle.other { fill: var(--other); }
text.ink { fill: var(--ink); } text.muted { fill: var(--muted); } line.line { stroke: var(--line); } line.muted { stroke: var(--muted); } line.before { stroke: var(--before); } line.after { stroke: var(--after); } line.other { stroke: var(--other); }
.swatch { display: inline-block; width: .7em; height: .7em; margin: 0 .35em 0 .9em; } .swatch.before { background: var(--before); } .swatch.after { background: var(--after); }
.passed { color: var(--good); } .failed { color: var(--bad); font-weight: 600; } .scroll { overflow-x: auto; } .figures td { white-space: nowrap; }
@media (max-width: 50em) { .wide { overflow-x: auto; } .wide svg { max-width: none; } }
@page { size: A4 landscape; margin: 12mm; } @media print { body { max-width: none; margin: 0; font-size: 9pt; } * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } .scroll { overflow: visible; } .layers { font-size: 7.5pt; } .layers th, .layers td { padding-right: .6em; } .layers td.left { min-width: 6em; } tr, figure, svg { break-inside: avoid; } svg { max-height: 160mm; width: auto; } h2, h2 + p { break-after: avoid; } }
)";

constexpr size_t mostBars = 60;       ///< layers in the picture of sizes
constexpr size_t mostHistograms = 12; ///< layers whose weights are drawn

Message rate(const std::optional<Interval> &interval)
{
    return interval ? Message::tr("{} ({} to {})", percentMessage(interval->value),
                                  percentMessage(interval->low), percentMessage(interval->high))
                    : Message::verbatim("-");
}

Message resultText(CertificateCheck::Result result)
{
    switch (result) {
    case CertificateCheck::Result::Passed:
        return Message::tr("passed");
    case CertificateCheck::Result::Failed:
        return Message::tr("failed");
    case CertificateCheck::Result::NotApplicable:
        break;
    }
    return Message::tr("does not apply");
}

const char *classOf(CertificateCheck::Result result)
{
    switch (result) {
    case CertificateCheck::Result::Passed:
        return "passed";
    case CertificateCheck::Result::Failed:
        return "failed";
    case CertificateCheck::Result::NotApplicable:
        break;
    }
    return "";
}

/// The sections of a page, in its language.
class Page {
public:
    explicit Page(const ReportContent &content) : m_content(content) {}

    std::string run() const
    {
        const std::string title =
            text(Message::tr("{} compressed", m_content.compressed.origin.path().filename().string()));
        std::string html =
            fmt::format("<!DOCTYPE html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\"><title>{}</title>"
                        "<style>{}</style></head><body>\n<h1>{}</h1>\n<p>{}</p>\n",
                        //: The language of these texts, as HTML names it: en, zh-CN
                        text(Message::tr("en")), title, style, title,
                        text(Message::tr("By Lathe, measured with {}.", runtimeVersion())));
        html += summarySection();
        if (m_content.measured)
            html += measuredSection(*m_content.measured) + tradeOffSection(*m_content.measured);
        html += notMeasuredSection() + layersSection() + histogramsSection() +
                recipeSection(m_content.compressed.finalRecipe()) + certificateSection() + issuesSection();
        return html + "</body></html>\n";
    }

private:
    std::string inLanguage(const Message &message) const
    {
        return m_content.translate ? message.in(m_content.translate) : message.text();
    }
    std::string text(const Message &message) const { return escapedMarkup(inLanguage(message)); }
    std::string heading(const Message &message) const { return fmt::format("<h2>{}</h2>\n", text(message)); }
    std::string row(const Message &label, const Message &value) const
    {
        return fmt::format("<tr><td class=\"left\">{}</td><td class=\"left\">{}</td></tr>\n", text(label),
                           text(value));
    }
    std::string head(const Message &column) const { return fmt::format("<th>{}</th>", text(column)); }
    static std::string cell(const char *tag, bool isText, const std::string &content)
    {
        return fmt::format("<{0}{1}>{2}</{0}>", tag, isText ? " class=\"left\"" : "", content);
    }
    std::string swatch(const char *kind, const Message &meaning) const
    {
        return fmt::format("<span class=\"swatch {}\"></span>{}", kind, text(meaning));
    }
    static std::string figure(const std::string &picture, const std::string &caption)
    {
        return fmt::format("<figure>\n{}<figcaption>{}</figcaption></figure>\n", picture, caption);
    }
    /// Does not shrink on a small screen until nobody can read it.
    static std::string wideFigure(const std::string &picture, const std::string &caption)
    {
        return figure("<div class=\"wide\">" + picture + "</div>", caption);
    }

    std::string summarySection() const;
    std::string tuningRow() const;
    std::string measuredSection(const ReportedFigures &measured) const;
    std::string tradeOffSection(const ReportedFigures &measured) const;
    std::string notMeasuredSection() const;
    std::string layersSection() const;
    std::string layersTable() const;
    std::string histogramsSection() const;
    std::vector<size_t> changedLayers() const;
    std::string recipeSection(const Recipe &recipe) const;
    std::string certificateSection() const;
    std::string hashesText(const Certificate &certificate) const;
    std::string issuesSection() const;

    const ReportContent &m_content;
};

std::string Page::summarySection() const
{
    const Model &source = m_content.compressed.origin;
    const int64_t bytes = m_content.published.bytes;
    const double ratio = static_cast<double>(source.fileBytes()) / static_cast<double>(bytes);
    return "<table>\n" + row(Message::tr("Compressed model"), Message::verbatim(m_content.file)) +
           row(Message::tr("Made from"), Message::verbatim(source.path().string())) +
           row(Message::tr("Source SHA-256"), Message::verbatim(source.sha256())) + tuningRow() +
           row(Message::tr("Size"), Message::tr("{} of {} (ratio {:.2f})", bytesText(bytes),
                                                bytesText(source.fileBytes()), ratio)) +
           row(Message::tr("Multiply-accumulates"),
               Message::tr("{} of {}", scaledText(m_content.macs, source.hasMoreMacs()),
                           scaledText(source.macs()))) +
           "</table>\n";
}

std::string Page::tuningRow() const
{
    const auto &tuning = m_content.compressed.tuning;
    const bool trained = std::ranges::any_of(m_content.compressed.layers, [](const LayerResult &layer) {
        return layer.trained == LayerResult::Trained::Carried;
    });
    return tuning && trained ? row(Message::tr("Trained values SHA-256"), Message::verbatim(tuning->sha256()))
                             : std::string();
}

std::string Page::measuredSection(const ReportedFigures &measured) const
{
    const auto line = [this](const Message &name, const std::optional<Interval> &before,
                             const std::optional<Interval> &after) {
        return before && after ? fmt::format("<tr><td class=\"left\">{}</td><td>{}</td><td>{}</td></tr>\n",
                                             text(name), text(rate(before)), text(rate(after)))
                               : std::string();
    };
    const Figures &before = measured.baseline, &after = measured.compressed;
    std::string html = heading(Message::tr("Measured")) +
                       fmt::format("<p>{}</p>\n<div class=\"scroll\"><table class=\"figures\">"
                                   "<tr><th></th>{}{}</tr>\n",
                                   text(Message::tr("On {}; preprocessing {}. Ranges are 95 % intervals.",
                                                    measured.samples, measured.preprocessing)),
                                   head(Message::tr("before")), head(Message::tr("after")));
    html += line(Message::tr("Top-1"), before.top1, after.top1) +
            line(Message::tr("Top-5"), before.top5, after.top5);
    html += "</table>\n<table class=\"figures\">\n";
    if (after.top1Difference)
        html += row(Message::tr("Top-1 difference (paired)"),
                    Message::tr("{:+.2f} ± {:.2f} points", 100.0 * after.top1Difference->value,
                                100.0 * after.top1Difference->halfWidth()));
    if (after.agreement)
        html += row(Message::tr("Same answer as before"), rate(after.agreement));
    if (after.meanKl)
        html += row(Message::tr("KL divergence"), Message::tr("{} nats", numberText(*after.meanKl)));
    if (after.sqnr)
        html += row(Message::tr("Signal to noise of the outputs"), decibelText(*after.sqnr));
    return html + "</table></div>\n";
}

/// Where the models lie that were measured: the original, this one and those beside it.
std::string Page::tradeOffSection(const ReportedFigures &measured) const
{
    const ReportQuality quality =
        measured.compressed.top1Difference ? ReportQuality::Difference : ReportQuality::Agreement;
    const auto of = [quality](const Figures &figures) {
        return quality == ReportQuality::Difference ? figures.top1Difference : figures.agreement;
    };
    const std::optional<Interval> own = of(measured.compressed);
    if (!own)
        return {};
    const Model &origin = m_content.compressed.origin;
    const double untouched = quality == ReportQuality::Difference ? 0.0 : 1.0;
    const std::string name = m_content.compressed.finalRecipe().name;
    std::vector<TradeOffPoint> points{
        {TradeOffPoint::Kind::Original,
         origin.path().filename().string(),
         origin.fileBytes(),
         {untouched, untouched, untouched}},
        {TradeOffPoint::Kind::Exported,
         name.empty() ? std::filesystem::path(m_content.file).filename().string() : name,
         m_content.published.bytes, *own}};
    for (const ReportVariant &other : m_content.others)
        if (const std::optional<Interval> value = of(other.figures); value && other.figures.bytes > 0)
            points.push_back({TradeOffPoint::Kind::Other, other.name, other.figures.bytes, *value});
    std::string caption = text(Message::tr("Upright lines are 95 % intervals."));
    if (points.size() > 2)
        caption +=
            "<br>" + text(Message::tr("The other models are variants of the same session, as they were "
                                      "measured there."));
    return heading(Message::tr("Size and accuracy")) +
           wideFigure(tradeOffFigure(points, quality, [this](const Message &m) { return inLanguage(m); }),
                      caption);
}

/// What a reader may look for and does not find.
std::string Page::notMeasuredSection() const
{
    std::vector<Message> missing;
    if (!m_content.measured)
        missing.push_back(Message::tr("Accuracy: no data set was given (--data)."));
    const std::vector<LayerResult> &layers = m_content.compressed.layers;
    const bool anyChanged =
        std::ranges::any_of(layers, [](const LayerResult &layer) { return layer.code.weight != nullptr; });
    const bool anyOutput = std::ranges::any_of(
        layers, [](const LayerResult &layer) { return layer.normalizedError.has_value(); });
    if (anyChanged && !anyOutput)
        missing.push_back(Message::tr("What becomes of the layers' outputs: no calibration data were given "
                                      "(--data or --calibrate)."));
    missing.push_back(Message::tr("Latency: it is a figure of one machine, not of the file."));
    std::string items;
    for (const Message &message : missing)
        items += fmt::format("<li>{}</li>\n", text(message));
    return heading(Message::tr("Not measured")) + "<ul>\n" + items + "</ul>\n";
}

std::string Page::layersTable() const
{
    const std::vector<LayerColumn> columns = layerColumns(m_content.compressed, m_content.built);
    const auto row = [&](const char *tag, const auto &content) {
        std::string cells;
        for (const LayerColumn &column : columns)
            cells += cell(tag, column.isText, text(content(column)));
        return "<tr>" + cells + "</tr>\n";
    };
    std::string html = "<div class=\"scroll\"><table class=\"layers\"><thead>" +
                       row("th", [](const LayerColumn &column) { return column.title; }) +
                       "</thead><tbody>\n";
    for (size_t i = 0; i < m_content.compressed.layers.size(); ++i)
        html += row("td", [i](const LayerColumn &column) {
            const Message value = column.value(i);
            return value.text() == noFigure ? Message::verbatim("–") : value;
        });
    return html + "</tbody><tfoot>" + row("td", [](const LayerColumn &column) { return column.total; }) +
           "</tfoot></table></div>\n";
}

std::string Page::layersSection() const
{
    const std::vector<Layer> &layers = m_content.compressed.origin.layers();
    std::vector<LayerSizes> sizes;
    for (size_t i = 0; i < layers.size(); ++i)
        sizes.push_back(
            {layers[i].name, layers[i].tiedTo ? 0 : layers[i].fileBytes, m_content.built.layers[i].bytes});
    const Message explained = Message::tr(
        "Theory is what the content needs at fixed widths, Huffman what Huffman codes of its symbols and of "
        "the gaps between non-zeros take, Shannon the entropy of the same symbols. Error is the relative "
        "Frobenius norm of the change of the weight matrix; Output is the ratio of signal to noise of the "
        "layer's output on calibration data, in each channel against its own deviation.");
    return heading(Message::tr("Layers")) +
           wideFigure(sizesFigure(sizes, mostBars, [this](const Message &m) { return inLanguage(m); }),
                      text(Message::tr("Bytes of the weights in the file, before and after."))) +
           layersTable() + "<p>" + text(explained) + "</p>\n";
}

/// Layers whose weights changed, by their error, the largest first.
std::vector<size_t> Page::changedLayers() const
{
    const std::vector<LayerResult> &results = m_content.compressed.layers;
    std::vector<size_t> layers;
    for (size_t i = 0; i < results.size(); ++i)
        if (results[i].code.weight && m_content.compressed.origin.layers()[i].compressible() &&
            results[i].relativeError > 0.0)
            layers.push_back(i);
    std::ranges::stable_sort(
        layers, [&](size_t a, size_t b) { return results[a].relativeError > results[b].relativeError; });
    return layers;
}

std::string Page::histogramsSection() const
{
    std::string figures;
    std::vector<size_t> layers = changedLayers();
    const bool all = layers.size() <= mostHistograms;
    layers.resize(std::min(layers.size(), mostHistograms));
    for (const size_t i : layers) {
        const Matrix before = m_content.compressed.source.weight(i); // with what is folded into it
        const LayerResult &result = m_content.compressed.layers[i];
        const Matrix after = decode(*result.code.weight);
        const auto values = [](const Matrix &matrix) {
            return std::span<const float>(matrix.data(), static_cast<size_t>(matrix.size()));
        };
        const std::string &name = m_content.compressed.origin.layers()[i].name;
        figures += figure(histogramFigure(weightHistograms(name, values(before), values(after)),
                                          [this](const Message &m) { return inLanguage(m); }),
                          fmt::format("<b>{}</b><br>{}", escapedMarkup(name),
                                      text(Message::tr("{}; error {}", summary(result.settings),
                                                       percentMessage(result.relativeError)))));
    }
    if (figures.empty())
        return {};
    const Message which =
        all ? Message::tr("Every layer whose weights changed, before and after, to one scale each.")
            : Message::tr(
                  "The {} layers whose weights changed most, before and after, to one scale each; the "
                  "others are in the table above.",
                  layers.size());
    return heading(Message::tr("Weights before and after")) + "<p>" + text(which) +
           swatch("before", Message::tr("before")) + swatch("after", Message::tr("after")) +
           "</p>\n<div class=\"small\">\n" + figures + "</div>\n";
}

std::string Page::recipeSection(const Recipe &recipe) const
{
    return heading(recipe.name.empty() ? Message::tr("Recipe") : Message::tr("Recipe: {}", recipe.name)) +
           fmt::format("<p><code>{}</code></p>\n", escapedMarkup(toCommandLine(recipe)));
}

std::string Page::hashesText(const Certificate &certificate) const
{
    const auto code = [](const std::string &hash) { return fmt::format("<code>{}</code>", hash); };
    return inLanguage(Message::tr("SHA-256 of the file: {}; of the recipe: {}.", code(certificate.fileSha256),
                                  code(certificate.recipeSha256)));
}

std::string Page::certificateSection() const
{
    const std::optional<Certificate> &certificate = m_content.published.certificate;
    std::string html = heading(Message::tr("Certificate"));
    if (!certificate)
        return html + fmt::format("<p>{}</p>\n", text(Message::tr("Not asked for.")));
    html += fmt::format(
        "<p>{} {}</p>\n<table>\n",
        text(Message::tr("The file was loaded afresh and compared with the model compressed in memory on {}.",
                         certificate->inputsUsed)),
        hashesText(*certificate));
    for (const CertificateCheck &check : certificate->checks)
        html += fmt::format(
            "<tr><td class=\"left\">{}</td><td class=\"left {}\">{}</td><td class=\"left\">{}</td></tr>\n",
            text(check.name), classOf(check.result), text(resultText(check.result)), text(check.detail));
    return html + "</table>\n";
}

std::string Page::issuesSection() const
{
    std::string items;
    for (const std::vector<Issue> *issues : {&m_content.compressed.issues, &m_content.built.issues})
        for (const Issue &issue : *issues)
            items +=
                fmt::format("<li>{}</li>\n",
                            text(issue.layer.empty() ? issue.message
                                                     : Message::tr("{}: {}", issue.layer, issue.message)));
    return items.empty() ? ""
                         : heading(Message::tr("Done otherwise than asked")) + "<ul>\n" + items + "</ul>\n";
}

} // namespace

std::string reportHtml(const ReportContent &content)
{
    return Page(content).run();
}

} // namespace lathe
