#include "app/command.h"
#include "app/document.h"
#include "app/output.h"
#include "app/text.h"
#include "core/rewrite/blocks.h"
#include "core/rewrite/channelgroups.h"
#include "core/runtime/shapes.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fmt/format.h>

namespace lathe {
namespace {

/// Numbers as runs of consecutive ones: [first, count] each.
template <class T>
Json rangesJson(const std::vector<T> &numbers)
{
    Json list = Json::array();
    for (size_t i = 0; i < numbers.size();) {
        size_t end = i + 1;
        while (end < numbers.size() && numbers[end] == numbers[end - 1] + 1)
            ++end;
        list.push_back({numbers[i], end - i});
        i = end;
    }
    return list;
}

Json useJson(const ChannelUse &use)
{
    Json runs = Json::array();
    for (const ChannelRun &run : runsOf(use))
        runs.push_back({{"channel", run.first},
                        {"count", run.count},
                        {"step", run.step},
                        {"places", rangesJson(run.places)}});
    return {{"tensor", use.tensor},   {"axis", use.axis},
            {"length", use.length},   {"constant", use.stored},
            {"summed", use.summed},   {"reader", use.reader.empty() ? Json(nullptr) : Json(use.reader)},
            {"runs", std::move(runs)}};
}

/// What one channel is worth, of those that can be removed: the mean.
double meanOf(const std::vector<int64_t> &values, const ChannelGroup &group)
{
    const bool any = group.prunable() > 0;
    double sum = 0.0;
    size_t count = 0;
    for (size_t c = 0; c < values.size(); ++c)
        if (!any || !group.locked[c]) {
            sum += static_cast<double>(values[c]);
            ++count;
        }
    return count > 0 ? sum / static_cast<double>(count) : 0.0;
}

Json groupJson(const ChannelGroup &group)
{
    Json uses = Json::array(), changes = Json::array(), locks = Json::array();
    for (const ChannelUse &use : group.uses)
        uses.push_back(useJson(use));
    for (const ChannelChange &change : group.changes)
        changes.push_back({{"node", change.node}, {"what", change.what}, {"entries", change.entries}});
    for (const ChannelLock &lock : group.locks)
        locks.push_back({{"channels", rangesJson(lock.channels)},
                         {"reason", lock.reason.text()},
                         {"interface", lock.isInterface}});
    return {{"name", group.name},
            {"makers", group.makers},
            {"readers", group.readers},
            {"channels", group.channels},
            {"rows", group.rows},
            {"prunable", group.prunable()},
            {"bytes_per_channel", meanOf(group.bytes, group)},
            {"macs_per_channel", meanOf(group.macs, group)},
            {"mixed", group.mixed.empty() ? Json(nullptr) : Json(group.mixed.text())},
            {"not_zero", group.notZero.empty() ? Json(nullptr) : Json(group.notZero.text())},
            {"uses", std::move(uses)},
            {"changes", std::move(changes)},
            {"locks", std::move(locks)}};
}

Json blockJson(const Model &model, const Block &block)
{
    Json layers = Json::array();
    for (const size_t layer : block.layers)
        layers.push_back(model.layers()[layer].name);
    return {{"name", block.name},     {"layers", std::move(layers)}, {"input", block.input},
            {"output", block.output}, {"bytes", block.bytes},        {"macs", block.macs}};
}

Json outsideJson(const Model &model, const Blocks &blocks)
{
    Json layers = Json::array();
    for (size_t i = 0; i < blocks.obstacles.size(); ++i)
        if (!blocks.ofLayer[i])
            layers.push_back({{"layer", model.layers()[i].name}, {"reason", blocks.obstacles[i].text()}});
    return layers;
}

Json documentOf(const Model &model, const ChannelGroups &found, const Blocks &skippable)
{
    Json groups = Json::array(), blocks = Json::array();
    for (const ChannelGroup &group : found.groups)
        groups.push_back(groupJson(group));
    for (const Block &block : skippable.blocks)
        blocks.push_back(blockJson(model, block));
    return {{"file", model.path().string()},       {"rows", found.rows},
            {"free_rows", found.freeRows},         {"prunable_rows", found.prunableRows},
            {"coverage", found.coverage()},        {"groups", std::move(groups)},
            {"blocks", std::move(blocks)},         {"outside_blocks", outsideJson(model, skippable)},
            {"issues", issuesJson(model.issues())}};
}

std::string namesText(const std::vector<std::string> &names)
{
    constexpr size_t shown = 3;
    std::string text;
    for (size_t i = 0; i < std::min(names.size(), shown); ++i)
        text += (i > 0 ? ", " : "") + names[i];
    return names.size() > shown ? fmt::format("{} and {} more", text, names.size() - shown) : text;
}

std::string remark(const ChannelGroup &group)
{
    if (!group.locks.empty())
        return group.locks.front().reason.text();
    return group.mixed.text();
}

std::string textOf(const ChannelGroups &found)
{
    using enum Table::Align;
    Table table({{"Group", Left},
                 {"Channels"},
                 {"Can go"},
                 {"Bytes each"},
                 {"MACs each"},
                 {"Made by", Left},
                 {"Read by", Left},
                 {"Remark", Left}});
    for (const ChannelGroup &group : found.groups)
        table.add({group.name, countText(static_cast<int64_t>(group.channels)),
                   countText(static_cast<int64_t>(group.prunable())),
                   bytesText(static_cast<int64_t>(meanOf(group.bytes, group))),
                   scaledText(static_cast<int64_t>(meanOf(group.macs, group))), namesText(group.makers),
                   namesText(group.readers), remark(group)});
    Fields fields{{"Rows of weights", countText(found.rows)},
                  {"Free of inputs and outputs", countText(found.freeRows)},
                  {"Of channels that can go",
                   fmt::format("{} ({})", countText(found.prunableRows), percentText(found.coverage()))}};
    return table.text() + "\n" + fieldsText(fields);
}

std::string textOf(const Model &model, const Blocks &skippable)
{
    using enum Table::Align;
    Table table({{"Block", Left}, {"Layers"}, {"Bytes"}, {"MACs"}, {"Input", Left}, {"Output", Left}});
    for (const Block &block : skippable.blocks)
        table.add({block.name, countText(std::ssize(block.layers)), bytesText(block.bytes),
                   scaledText(block.macs), block.input, block.output});
    const Fields fields{
        {"Layers in blocks that can be skipped",
         fmt::format("{} of {}", countText(std::ranges::count(skippable.obstacles, Message())),
                     countText(std::ssize(model.layers())))}};
    return (skippable.blocks.empty() ? "" : table.text() + "\n") + fieldsText(fields);
}

void groups(const std::string &file, Console &console)
{
    const JobContext ctx = console.job();
    Model model = Model::load(file, ctx.part(0.0, 0.4));
    if (hasOpenShapes(model))
        model = completeShapes(model, ctx.part(0.4, 0.8));
    console.issues(model.issues());
    const ChannelGroups found = channelGroups(model, ctx.part(0.8, 0.9));
    const Blocks blocks = skippableBlocks(model, ctx.part(0.9, 1.0));
    if (console.json())
        console.printJson(documentOf(model, found, blocks));
    else if (model.layers().empty())
        console.printText("No layer of this model makes channels.\n");
    else
        console.printText((found.groups.empty() ? "" : textOf(found) + "\n") + textOf(model, blocks));
}

} // namespace

Verb addGroups(CLI::App &app)
{
    CLI::App *parser = app.add_subcommand(
        "groups",
        "Which channels can only be removed together, what one is worth, why others have to stay, and which "
        "blocks can be skipped");
    const auto file = std::make_shared<std::string>();
    parser->add_option("model", *file, "The model (.onnx)")->required()->type_name("MODEL");
    return {parser, [file](Console &console) { groups(*file, console); }};
}

} // namespace lathe
