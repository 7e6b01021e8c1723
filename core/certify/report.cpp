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

std::string bar(const char *kind, int64_t bytes, int64_t most)
{
    const double share = most > 0 ? 100.0 * static_cast<double>(bytes) / static_cast<double>(most) : 0.0;
    return fmt::format("<span class=\"bar {}\" style=\"width:{:.2f}%\"></span>", kind, share);
}

std::string bitsText(int64_t bits)
{
    return bytesText(bytesOfBits(bits));
}

Message rate(const std::optional<Interval> &interval)
{
    return interval ? Message::tr("{} ({} to {})", percentText(interval->value), percentText(interval->low),
                                  percentText(interval->high))
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
            html += measuredSection(*m_content.measured);
        html += layersSection() + recipeSection(m_content.compressed.finalRecipe()) + certificateSection() +
                issuesSection();
        return html + "</body></html>\n";
    }

private:
    std::string inLanguage(const Message &message) const
    {
        return m_content.translate ? message.in(m_content.translate) : message.text();
    }
    std::string text(const Message &message) const { return escaped(inLanguage(message)); }
    std::string heading(const Message &message) const { return fmt::format("<h2>{}</h2>\n", text(message)); }
    std::string row(const Message &label, const Message &value) const
    {
        return fmt::format("<tr><td>{}</td><td class=\"left\">{}</td></tr>\n", text(label), text(value));
    }
    std::string head(const Message &column) const { return fmt::format("<th>{}</th>", text(column)); }
    std::string leftHead(const Message &column) const
    {
        return fmt::format("<th class=\"left\">{}</th>", text(column));
    }

    std::string summarySection() const;
    std::string measuredSection(const ReportedFigures &measured) const;
    std::string layersSection() const;
    std::string layerRow(size_t layer, int64_t mostBytes) const;
    std::string totalRow() const;
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
           row(Message::tr("Source SHA-256"), Message::verbatim(source.sha256())) +
           row(Message::tr("Size"), Message::tr("{} of {} (ratio {:.2f})", bytesText(bytes),
                                                bytesText(source.fileBytes()), ratio)) +
           row(Message::tr("Multiply-accumulates"),
               Message::tr("{} of {}", scaledText(m_content.macs, source.hasMoreMacs()),
                           scaledText(source.macs()))) +
           "</table>\n";
}

std::string Page::measuredSection(const ReportedFigures &measured) const
{
    const auto line = [this](const Message &name, const std::optional<Interval> &before,
                             const std::optional<Interval> &after) {
        return before && after ? fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td></tr>\n", text(name),
                                             text(rate(before)), text(rate(after)))
                               : std::string();
    };
    const Figures &before = measured.baseline, &after = measured.compressed;
    std::string html = heading(Message::tr("Measured")) +
                       fmt::format("<p>{}</p>\n<table><tr><th></th>{}{}</tr>\n",
                                   text(Message::tr("On {}; preprocessing {}. Ranges are 95 % intervals.",
                                                    measured.samples, measured.preprocessing)),
                                   head(Message::tr("before")), head(Message::tr("after")));
    html += line(Message::tr("Top-1"), before.top1, after.top1) +
            line(Message::tr("Top-5"), before.top5, after.top5);
    html += "</table>\n<table>\n";
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
    return html + "</table>\n";
}

/// The figures of all layers together, as the last row of their table.
std::string Page::totalRow() const
{
    int64_t parameters = 0, before = 0, theory = 0, after = 0;
    EntropyCost entropy;
    for (size_t i = 0; i < m_content.compressed.layers.size(); ++i) {
        const Layer &layer = m_content.compressed.origin.layers()[i];
        parameters += layer.tiedTo ? 0 : layer.parameters;
        before += layer.tiedTo ? 0 : layer.weightBytes;
        theory += m_content.compressed.layers[i].theoreticalBits;
        after += m_content.built.layers[i].bytes;
        entropy += entropyCost(m_content.compressed, i);
    }
    return fmt::format("<tr><th>{}</th><th>{}</th><th></th><th></th><th>{}</th><th>{}</th><th>{}</th>"
                       "<th></th><th>{}</th><th>{}</th><th></th><th></th><th></th><th></th></tr>\n",
                       text(Message::tr("All layers")), countText(parameters), bytesText(before),
                       bitsText(theory), bytesText(after), bitsText(entropy.huffmanBits),
                       bitsText(entropy.shannonBits));
}

int64_t storedBytes(const Layer &layer)
{
    return layer.tiedTo ? 0 : layer.weightBytes;
}

std::string Page::layerRow(size_t layer, int64_t mostBytes) const
{
    const Layer &described = m_content.compressed.origin.layers()[layer];
    const LayerResult &result = m_content.compressed.layers[layer];
    const LayerStorage &storage = m_content.built.layers[layer];
    const EntropyCost entropy = entropyCost(m_content.compressed, layer);
    return fmt::format(
        "<tr><td>{}</td><td>{}</td><td class=\"left\">{}</td><td "
        "class=\"left\">{}</td><td>{}</td><td>{}</td>"
        "<td>{}</td><td class=\"bars\">{}{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td>"
        "<td>{}</td></tr>\n",
        escaped(described.name), countText(described.tiedTo ? 0 : described.parameters),
        text(summary(result.settings)), text(storage.form), bytesText(storedBytes(described)),
        bitsText(result.theoreticalBits), bytesText(storage.bytes),
        bar("before", storedBytes(described), mostBytes), bar("after", storage.bytes, mostBytes),
        bitsText(entropy.huffmanBits), bitsText(entropy.shannonBits), percentText(result.relativeError),
        result.normalizedError ? text(decibelText(signalToNoiseDecibel(*result.normalizedError))) : "-",
        percentText(result.sparsity), result.rank > 0 ? fmt::format("{}", result.rank) : "-");
}

std::string Page::layersSection() const
{
    const std::vector<Layer> &layers = m_content.compressed.origin.layers();
    int64_t most = 0;
    for (const Layer &layer : layers)
        most = std::max(most, storedBytes(layer));
    std::string html =
        heading(Message::tr("Layers")) + "<div class=\"scroll\"><table><tr>" + head(Message::tr("Layer")) +
        head(Message::tr("Parameters")) + leftHead(Message::tr("Settings")) +
        leftHead(Message::tr("Stored as")) + head(Message::tr("Before")) + head(Message::tr("Theory")) +
        head(Message::tr("After")) + leftHead(Message::tr("Size")) + head(Message::tr("Huffman")) +
        head(Message::tr("Shannon")) + head(Message::tr("Error")) + head(Message::tr("Output")) +
        head(Message::tr("Zeros")) + head(Message::tr("Rank")) + "</tr>\n";
    for (size_t i = 0; i < layers.size(); ++i)
        html += layerRow(i, most);
    const Message explained = Message::tr(
        "Theory is what the content needs at fixed widths, Huffman what Huffman codes of its symbols and of "
        "the gaps between non-zeros take, Shannon the entropy of the same symbols. Error is the relative "
        "Frobenius norm of the change of the weight matrix; Output is the ratio of signal to noise of the "
        "layer's output on calibration data, in each channel against its own deviation.");
    return html + totalRow() + "</table></div>\n<p>" + text(explained) + "</p>\n";
}

std::string Page::recipeSection(const Recipe &recipe) const
{
    return heading(recipe.name.empty() ? Message::tr("Recipe") : Message::tr("Recipe: {}", recipe.name)) +
           fmt::format("<p><code>{}</code></p>\n", escaped(toCommandLine(recipe)));
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
        html += fmt::format("<tr><td>{}</td><td class=\"left {}\">{}</td><td class=\"left\">{}</td></tr>\n",
                            text(check.name), classOf(check.result), text(resultText(check.result)),
                            text(check.detail));
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
