#include "app/output.h"

#include "app/text.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/ioctl.h>
#include <unistd.h>

namespace lathe {
namespace {

constexpr auto quietStart = std::chrono::milliseconds(500);
constexpr auto redrawPause = std::chrono::milliseconds(100);

size_t terminalWidth()
{
    winsize size{};
    return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

} // namespace

ProgressDisplay::ProgressDisplay(bool enabled) : m_enabled(enabled), m_terminal(::isatty(STDERR_FILENO) == 1)
{
}

void ProgressDisplay::show(const Progress &progress)
{
    const auto now = Clock::now();
    if (!m_enabled || now - m_start < quietStart)
        return;
    const int percent = static_cast<int>(100.0 * std::clamp(progress.fraction, 0.0, 1.0));
    const std::scoped_lock lock(m_mutex);
    if (m_terminal) {
        if (now - m_lastDrawn >= redrawPause) {
            m_lastDrawn = now;
            drawBar(percent, progress.stage.text());
        }
    } else if (percent / 10 > m_lastTenth) {
        m_lastTenth = percent / 10;
        fmt::print(stderr, "lathe: {} %, {}\n", percent, printable(progress.stage.text()));
    }
}

void ProgressDisplay::drawBar(int percent, const std::string &stage)
{
    constexpr size_t cells = 24;
    const size_t filled = cells * static_cast<size_t>(percent) / 100;
    std::string line = fmt::format("[{}{}] {:3} % {}", std::string(filled, '='),
                                   std::string(cells - filled, ' '), percent, printable(stage));
    line.resize(std::min(line.size(), terminalWidth() - 1));
    fmt::print(stderr, "\r\x1b[K{}", line);
    std::fflush(stderr);
    m_drawn = true;
}

bool ProgressDisplay::writeBetween(std::FILE *to, const std::string &text)
{
    const std::scoped_lock lock(m_mutex);
    if (m_drawn)
        fmt::print(stderr, "\r\x1b[K");
    m_drawn = false;
    return std::fwrite(text.data(), 1, text.size(), to) == text.size() && std::fflush(to) == 0;
}

Console::Console(const CommonOptions &options, std::stop_token stop)
    : m_options(options), m_stop(std::move(stop)), m_progress(!options.quiet)
{
}

JobContext Console::job()
{
    JobContext ctx;
    ctx.stop = m_stop;
    ctx.threads = m_options.threads;
    ctx.onProgress = [this](const Progress &progress) { m_progress.show(progress); };
    return ctx;
}

void Console::message(const std::string &sentence)
{
    if (!m_options.quiet)
        error(sentence);
}

void Console::error(const std::string &sentence)
{
    m_progress.writeBetween(stderr, fmt::format("lathe: {}\n", printable(sentence)));
}

void Console::issues(const std::vector<Issue> &found)
{
    for (const Issue &issue : found)
        message((issue.severity == Issue::Severity::Warning ? "warning: " : "note: ") + issueText(issue));
}

void Console::printText(const std::string &text)
{
    write(text);
}

void Console::printJson(const nlohmann::ordered_json &document)
{
    // Names in a model may be no valid UTF-8; the document is valid JSON all the same.
    write(
        withEscapedControls(document.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace)) +
        "\n");
}

void Console::write(const std::string &text)
{
    if (!m_progress.writeBetween(stdout, text))
        throw Error(ErrorCode::FileUnwritable,
                    Message::tr("Cannot write the result to standard output: {}.", std::strerror(errno)));
}

} // namespace lathe
