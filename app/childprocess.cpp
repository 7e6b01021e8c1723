#include "app/childprocess.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <string_view>
#include <sys/wait.h>
#include <unistd.h>

namespace lathe {
namespace {

constexpr const char *self = "/proc/self/exe";

[[noreturn]] void failed(int error)
{
    throw Error(ErrorCode::Internal,
                Message::tr("Lathe could not start itself once more: {}.", std::strerror(error)));
}

std::vector<char *> pointersTo(std::vector<std::string> &texts)
{
    std::vector<char *> pointers;
    for (std::string &text : texts)
        pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return pointers;
}

std::vector<std::string> environmentWith(const std::vector<std::pair<std::string, std::string>> &changes)
{
    std::vector<std::string> all;
    for (char **variable = environ; *variable != nullptr; ++variable) {
        const std::string_view text = *variable;
        const auto replaced = [&](const auto &change) { return text.starts_with(change.first + '='); };
        if (std::ranges::none_of(changes, replaced))
            all.emplace_back(text);
    }
    for (const auto &[name, value] : changes)
        all.push_back(name + '=' + value);
    return all;
}

/// A running child and the end of the pipe that it prints to.
class Child {
public:
    Child(std::vector<std::string> arguments, std::vector<std::string> environment)
    {
        arguments.insert(arguments.begin(), "lathe");
        std::array<int, 2> ends{};
        if (::pipe2(ends.data(), O_CLOEXEC) != 0)
            failed(errno);
        m_output = ends[0];
        posix_spawn_file_actions_t actions;
        ::posix_spawn_file_actions_init(&actions);
        ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
        const int error = ::posix_spawn(&m_process, self, &actions, nullptr, pointersTo(arguments).data(),
                                        pointersTo(environment).data());
        ::posix_spawn_file_actions_destroy(&actions);
        ::close(ends[1]);
        if (error != 0) {
            ::close(m_output);
            failed(error);
        }
    }
    ~Child()
    {
        ::close(m_output);
        if (m_process > 0) { // cancelled, or out of memory
            ::kill(m_process, SIGKILL);
            ::waitpid(m_process, nullptr, 0);
        }
    }
    Child(const Child &) = delete;
    Child &operator=(const Child &) = delete;

    std::string readAll(const JobContext &ctx) const
    {
        std::string all;
        std::array<char, 4096> part{};
        while (true) {
            ctx.throwIfCancelled();
            pollfd source{m_output, POLLIN, 0};
            if (::poll(&source, 1, 100) <= 0) // also when a signal comes, which then asks to stop
                continue;
            const ssize_t got = ::read(m_output, part.data(), part.size());
            if (got == 0)
                return all;
            if (got > 0)
                all.append(part.data(), static_cast<size_t>(got));
        }
    }

    int waitForEnd()
    {
        int status = 0;
        while (::waitpid(m_process, &status, 0) < 0 && errno == EINTR)
            continue;
        m_process = 0;
        return status;
    }

private:
    pid_t m_process = 0;
    int m_output = -1;
};

} // namespace

std::string outputOfSelf(const std::vector<std::string> &arguments,
                         const std::vector<std::pair<std::string, std::string>> &environment,
                         const JobContext &ctx)
{
    Child child(arguments, environmentWith(environment));
    std::string output = child.readAll(ctx);
    if (child.waitForEnd() != 0) {
        ctx.throwIfCancelled(); // a terminal's Ctrl+C reaches both
        throw Error(
            ErrorCode::Internal,
            Message::tr(
                "A run of Lathe that this one had started did not end well; what it said stands above."));
    }
    return output;
}

} // namespace lathe
