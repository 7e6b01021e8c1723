#include "app/command.h"
#include "app/document.h"
#include "app/output.h"
#include "app/text.h"
#include "core/base/outputs.h"
#include "core/train/networks.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace lathe {
namespace {

struct NetworkVerbOptions {
    std::string network, output;
    train::NetworkOptions graph;
};

void writeNetwork(const NetworkVerbOptions &options, Console &console)
{
    const NamedFile output{Message::tr("the result"), options.output};
    requireSafeOutputs({&output, 1}, {});
    const Model model = train::networkOf(options.network, options.graph);
    const int64_t bytes = model.save(options.output);
    if (console.json())
        console.printJson({{"file", options.output},
                           {"network", options.network},
                           {"size_bytes", bytes},
                           {"parameters", model.parameterCount()},
                           {"macs", optionalJson(model.macs())},
                           {"seed", options.graph.seed}});
    else
        console.printText(fieldsText({{"Written", options.output},
                                      {"Size", bytesText(bytes)},
                                      {"Parameters", scaledText(model.parameterCount())},
                                      {"MACs", scaledText(model.macs())}}));
}

} // namespace

Verb addNetwork(CLI::App &app)
{
    CLI::App *parser =
        app.add_subcommand("network", "Write a well-known network that has not learned anything yet");
    const auto options = std::make_shared<NetworkVerbOptions>();
    parser
        ->add_option("network", options->network,
                     "mlp:784-300-100-10 (any sizes), lenet5, lenet5:20-50-500 or resnet20")
        ->required()
        ->type_name("NETWORK");
    parser->add_option("-o,--output", options->output, "The file to write")
        ->required()
        ->type_name("OUT.onnx");
    parser
        ->add_option(
            "--dropout", options->graph.dropout,
            "Drop this share of the values between fully connected layers while training (0.5 where no "
            "share is given)")
        ->expected(0, 1)
        ->default_str("0.5")
        ->check(CLI::Range(0.0, 0.95))
        ->type_name("SHARE");
    parser->add_option("--seed", options->graph.seed, "Seed of the weights (default: 1)")->type_name("N");
    return {parser, [options](Console &console) { writeNetwork(*options, console); }};
}

} // namespace lathe
