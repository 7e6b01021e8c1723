#include "core/certify/report.h"

#include "core/base/text.h"
#include "core/compress/entropycost.h"
#include "core/runtime/session.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace lathe {
namespace {

constexpr const char *style = R"(
:root { color-scheme: light dark; --line: #8884; --before: #9aa5b1; --after: #d9822b; --good: #1d8a4a; --bad: #c23030; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 70em; margin: 2em auto; padding: 0 1em; }
h1 { font-size: 1.6em; margin-bottom: 0; } h2 { font-size: 1.15em; margin-top: 2em; }
table { border-collapse: collapse; } th, td { padding: .25em .9em .25em 0; text-align: right; border-bottom: 1px solid var(--line); }
th:first-child, td:first-child, .left { text-align: left; } th { font-weight: 600; }
td, code { font-variant-numeric: tabular-nums; } code { word-break: break-all; }
.bar { display: block; height: .45em; min-width: 1px; border-radius: 2px; } .before { background: var(--before); } .after { background: var(--after); }
.bars { width: 14em; } .passed { color: var(--good); } .failed { color: var(--bad); font-weight: 600; } .scroll { overflow-x: auto; }
)";

std::string escaped(const std::string &text)
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

std::string row(const std::string &label, const std::string &value)
{
    return fmt::format("<tr><td>{}</td><td class=\"left\">{}</td></tr>\n", escaped(label), escaped(value));
}

std::string rate(const std::optional<Interval> &interval)
{
    return interval ? fmt::format("{} ({} to {})", percentText(interval->value), percentText(interval->low),
                                  percentText(interval->high))
                    : "-";
}

std::string summarySection(const ReportContent &content)
{
    const Model &source = content.compressed.origin;
    const double ratio =
        static_cast<double>(source.fileBytes()) / static_cast<double>(content.published.bytes);
    return "<table>\n" + row("Compressed model", content.file) + row("Made from", source.path().string()) +
           row("Source SHA-256", source.sha256()) +
           row("Size", fmt::format("{} of {} (ratio {:.2f})", bytesText(content.published.bytes),
                                   bytesText(source.fileBytes()), ratio)) +
           row("Multiply-accumulates", fmt::format("{} of {}", scaledText(content.macs, source.hasMoreMacs()),
                                                   scaledText(source.macs()))) +
           "</table>\n";
}

std::string measuredSection(const ReportedFigures &m)
{
    const auto line = [](const char *name, const std::optional<Interval> &before,
                         const std::optional<Interval> &after) {
        return before && after ? fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td></tr>\n", name,
                                             rate(before), rate(after))
                               : std::string();
    };
    std::string html =
        fmt::format("<h2>Measured</h2>\n<p>On {}; preprocessing {}. Ranges are 95 % intervals.</p>\n"
                    "<table><tr><th></th><th>before</th><th>after</th></tr>\n",
                    escaped(m.samples), escaped(m.preprocessing));
    html +=
        line("Top-1", m.baseline.top1, m.compressed.top1) + line("Top-5", m.baseline.top5, m.compressed.top5);
    html += "</table>\n<table>\n";
    const Figures &c = m.compressed;
    if (c.top1Difference)
        html += row("Top-1 difference (paired)",
                    fmt::format("{:+.2f} ± {:.2f} points", 100.0 * c.top1Difference->value,
                                100.0 * c.top1Difference->halfWidth()));
    if (c.agreement)
        html += row("Same answer as before", rate(c.agreement));
    if (c.meanKl)
        html += row("KL divergence", numberText(*c.meanKl) + " nats");
    if (c.sqnr)
        html += row("Signal to noise of the outputs", decibelText(*c.sqnr));
    return html + "</table>\n";
}

std::string bar(const char *kind, int64_t bytes, int64_t most)
{
    const double share = most > 0 ? 100.0 * static_cast<double>(bytes) / static_cast<double>(most) : 0.0;
    return fmt::format("<span class=\"bar {}\" style=\"width:{:.2f}%\"></span>", kind, share);
}

std::string bitsText(int64_t bits)
{
    return bytesText(bytesOfBits(bits));
}

/// The figures of all layers together, as the last row of their table.
std::string totalRow(const ReportContent &content)
{
    int64_t parameters = 0, before = 0, theory = 0, after = 0;
    EntropyCost entropy;
    for (size_t i = 0; i < content.compressed.layers.size(); ++i) {
        const Layer &layer = content.compressed.origin.layers()[i];
        parameters += layer.tiedTo ? 0 : layer.parameters;
        before += layer.tiedTo ? 0 : layer.weightBytes;
        theory += content.compressed.layers[i].theoreticalBits;
        after += content.built.layers[i].bytes;
        entropy += entropyCost(content.compressed, i);
    }
    return fmt::format("<tr><th>All layers</th><th>{}</th><th></th><th></th><th>{}</th><th>{}</th><th>{}</th>"
                       "<th></th><th>{}</th><th>{}</th><th></th><th></th><th></th><th></th></tr>\n",
                       countText(parameters), bytesText(before), bitsText(theory), bytesText(after),
                       bitsText(entropy.huffmanBits), bitsText(entropy.shannonBits));
}

std::string layersSection(const ReportContent &content)
{
    const std::vector<Layer> &layers = content.compressed.origin.layers();
    const auto stored = [](const Layer &layer) { return layer.tiedTo ? 0 : layer.weightBytes; };
    int64_t most = 0;
    for (const Layer &layer : layers)
        most = std::max(most, stored(layer));
    std::string html =
        "<h2>Layers</h2>\n<div class=\"scroll\"><table><tr><th>Layer</th><th>Parameters</th>"
        "<th class=\"left\">Settings</th><th class=\"left\">Stored as</th><th>Before</th><th>Theory</th>"
        "<th>After</th><th class=\"left\">Size</th><th>Huffman</th><th>Shannon</th>"
        "<th>Error</th><th>Output</th><th>Zeros</th><th>Rank</th></tr>\n";
    for (size_t i = 0; i < layers.size(); ++i) {
        const LayerResult &result = content.compressed.layers[i];
        const LayerStorage &storage = content.built.layers[i];
        const EntropyCost entropy = entropyCost(content.compressed, i);
        html += fmt::format(
            "<tr><td>{}</td><td>{}</td><td class=\"left\">{}</td><td "
            "class=\"left\">{}</td><td>{}</td><td>{}</td>"
            "<td>{}</td><td class=\"bars\">{}{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td>"
            "<td>{}</td></tr>\n",
            escaped(layers[i].name), countText(layers[i].tiedTo ? 0 : layers[i].parameters),
            escaped(summary(result.settings)), escaped(storage.form), bytesText(stored(layers[i])),
            bitsText(result.theoreticalBits), bytesText(storage.bytes),
            bar("before", stored(layers[i]), most), bar("after", storage.bytes, most),
            bitsText(entropy.huffmanBits), bitsText(entropy.shannonBits), percentText(result.relativeError),
            result.normalizedError ? decibelText(signalToNoiseDecibel(*result.normalizedError)) : "-",
            percentText(result.sparsity), result.rank > 0 ? fmt::format("{}", result.rank) : "-");
    }
    return html + totalRow(content) +
           "</table></div>\n<p>Theory is what the content needs at fixed widths, Huffman what Huffman codes "
           "of its "
           "symbols and of the gaps between non-zeros take, Shannon the entropy of the same symbols. Error "
           "is "
           "the relative Frobenius norm of the change of the weight matrix; Output is the ratio of signal to "
           "noise of the layer's output on calibration data, in each channel against its own "
           "deviation.</p>\n";
}

std::string recipeSection(const Recipe &recipe)
{
    return fmt::format("<h2>Recipe{}</h2>\n<p><code>{}</code></p>\n",
                       recipe.name.empty() ? "" : ": " + escaped(recipe.name),
                       escaped(toCommandLine(recipe)));
}

std::string certificateSection(const std::optional<Certificate> &certificate)
{
    if (!certificate)
        return "<h2>Certificate</h2>\n<p>Not asked for.</p>\n";
    std::string html =
        fmt::format("<h2>Certificate</h2>\n<p>The file was loaded afresh and compared with the model "
                    "compressed in memory on {}. SHA-256 of the file: <code>{}</code>; of the recipe: "
                    "<code>{}</code>.</p>\n<table>\n",
                    escaped(certificate->inputsUsed), escaped(certificate->fileSha256),
                    escaped(certificate->recipeSha256));
    for (const CertificateCheck &check : certificate->checks) {
        const bool failed = check.result == CertificateCheck::Result::Failed;
        const bool passed = check.result == CertificateCheck::Result::Passed;
        html += fmt::format("<tr><td>{}</td><td class=\"left {}\">{}</td><td class=\"left\">{}</td></tr>\n",
                            escaped(check.name),
                            failed   ? "failed"
                            : passed ? "passed"
                                     : "",
                            failed   ? "failed"
                            : passed ? "passed"
                                     : "does not apply",
                            escaped(check.detail));
    }
    return html + "</table>\n";
}

std::string issuesSection(const ReportContent &content)
{
    std::string items;
    for (const std::vector<Issue> *issues : {&content.compressed.issues, &content.built.issues})
        for (const Issue &issue : *issues)
            items += fmt::format("<li>{}{}</li>\n", issue.layer.empty() ? "" : escaped(issue.layer) + ": ",
                                 escaped(issue.text));
    return items.empty() ? "" : "<h2>Done otherwise than asked</h2>\n<ul>\n" + items + "</ul>\n";
}

} // namespace

std::string reportHtml(const ReportContent &content)
{
    const std::string title = content.compressed.origin.path().filename().string() + " compressed";
    std::string html =
        fmt::format("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{}</title>"
                    "<style>{}</style></head><body>\n<h1>{}</h1>\n<p>By Lathe, measured with {}.</p>\n",
                    escaped(title), style, escaped(title), escaped(runtimeVersion()));
    html += summarySection(content);
    if (content.measured)
        html += measuredSection(*content.measured);
    html += layersSection(content) + recipeSection(content.compressed.finalRecipe()) +
            certificateSection(content.published.certificate) + issuesSection(content);
    return html + "</body></html>\n";
}

} // namespace lathe
