// lathe: the compression core on the command line.
#include "app/bench.h"
#include "app/command.h"
#include "app/exitcode.h"
#include "app/interruption.h"
#include "app/output.h"
#include "core/base/heap.h"
#include "core/base/publication.h"
#include "core/base/standardstreams.h"
#include "core/base/temporaryfolder.h"
#include "core/base/text.h"
#include "core/runtime/session.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace lathe {
namespace {

void addCommonOptions(CLI::App &parser, CommonOptions &options)
{
    const auto add = [&](CLI::Option *option) { option->group("Common options"); };
    add(parser.add_flag("--json", options.json, "Print one JSON document on stdout and nothing else"));
    add(parser.add_flag("--quiet", options.quiet, "No progress and no notes on stderr"));
    add(parser.add_option("--threads", options.threads, "Threads to use (default: one for each core)")
            ->check(CLI::Range(1, 1024)));
    parser.footer(exitCodeHelp);
}

std::string verbList(const CLI::App &app)
{
    std::vector<std::string> names;
    for (const CLI::App *verb : app.get_subcommands([](const CLI::App *) { return true; }))
        names.push_back(verb->get_name());
    return fmt::format("{}", fmt::join(names, ", "));
}

int usageError(const CLI::App &app, const CLI::ParseError &error)
{
    if (error.get_exit_code() == 0) // --help or --version: no error, printed on stdout
        return app.exit(error);
    const auto chosen = app.get_subcommands();
    if (!chosen.empty())
        fmt::print(stderr, "lathe: {}. See lathe {} --help.\n", printable(error.what()),
                   chosen.front()->get_name());
    else if (const auto rest = app.remaining(); !rest.empty())
        fmt::print(stderr, "lathe: There is no {}; name one of {}. See lathe --help.\n",
                   printable(rest.front()), verbList(app));
    else
        fmt::print(stderr, "lathe: Say what to do: {}. See lathe --help.\n", verbList(app));
    return exitUsage;
}

int run(const Verb &verb, Console &console)
{
    const auto outcome = runGuarded([&] { verb.run(console); });
    if (const auto *error = std::get_if<Error>(&outcome)) {
        console.error(error->what());
        return exitCodeFor(error->code());
    }
    if (std::holds_alternative<Cancelled>(outcome)) {
        console.error("cancelled.");
        return exitCancelled;
    }
    return exitDone;
}

int runProgram(int argc, char **argv)
{
    const Interruption interruption;
    CommonOptions options;
    CLI::App app("Turns a trained neural network (ONNX) down to size.", "lathe");
    app.set_version_flag("--version", fmt::format("lathe {} ({})", LATHE_VERSION, runtimeVersion()));
    app.require_subcommand(1);
    app.footer(exitCodeHelp);
    std::vector<Verb> added;
    for (const auto &add : verbs)
        added.push_back(add(app));
    CLI::App *bench = app.add_subcommand("bench", "How fast, against a named alternative in the same run");
    bench->require_subcommand(1);
    for (const auto &add : {addBenchPreview, addBenchAnalyze, addBenchEvaluate, addBenchCompress,
                            addBenchCoding, addBenchTrain, addBenchChannels})
        added.push_back(add(*bench));
    for (const Verb &verb : added)
        addCommonOptions(*verb.parser, options);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError &error) {
        return usageError(app, error);
    }
    Console console(options, interruption.token());
    for (const Verb &verb : added)
        if (verb.parser->parsed())
            return run(verb, console);
    return exitUsage;
}

} // namespace
} // namespace lathe

int main(int argc, char **argv)
{
    if (!lathe::openStandardStreams()) {
        fmt::print(stderr, "lathe: Cannot open /dev/null: raise the limit of open files (ulimit -n).\n");
        return lathe::exitCodeFor(lathe::ErrorCode::FileUnreadable);
    }
    lathe::giveLargeBlocksBack();
    lathe::sweepRememberedPublications();
    lathe::sweepTemporaryFolders();
    return lathe::runProgram(argc, argv);
}
