#include "core/preview/suffix.h"

#include "core/base/error.h"
#include "core/model/proto.h"
#include "core/preview/halfcut.h"
#include "core/preview/movingpart.h"

#include <algorithm>

namespace lathe {
namespace {

/// Share of the model's MACs that nodes of the cut have; empty: some are unknown.
std::optional<double> shareOf(const Model &model, const GraphCut &cut)
{
    const std::set<int> behind(cut.behind.begin(), cut.behind.end());
    double all = 0.0, part = 0.0;
    for (size_t i = 0; i < model.layers().size(); ++i) {
        const LayerSite &site = model.content().sites[i];
        if (!model.layers()[i].macs)
            return std::nullopt;
        const auto macs = static_cast<double>(*model.layers()[i].macs);
        all += macs;
        if (site.graph != 0 || behind.contains(site.node))
            part += macs;
    }
    return all > 0.0 ? std::optional(part / all) : std::nullopt;
}

bool canBeHeld(const ValueInfo &value)
{
    return value.type != ElementType::Undefined && value.type != ElementType::String;
}

void refuseUncacheable(const std::vector<ValueInfo> &values)
{
    for (const ValueInfo &value : values)
        if (!canBeHeld(value))
            throw Error(ErrorCode::Unsupported,
                        Message::tr("\"{}\" crosses the cut and is no dense tensor", value.name));
}

/// Null: there is none of that name.
template <class View>
const View *named(const std::vector<std::string> &names, std::span<const View> views, const std::string &name)
{
    const auto found = std::ranges::find(names, name);
    return found == names.end() ? nullptr : &views[static_cast<size_t>(found - names.begin())];
}

} // namespace

Suffix::Suffix(const Model &dense, const NamedTensors &changing, bool everything)
{
    std::set<std::string> names;
    for (const auto &[name, tensor] : changing)
        names.insert(name);
    GraphCut cut = cutGraph(*dense.content().view, names, everything);
    if (!cut.obstacle.empty())
        throw Error(ErrorCode::Unsupported, cut.obstacle);
    m_share = cut.wholeModel() ? 1.0 : shareOf(dense, cut);
    if (!cut.wholeModel() && m_share && *m_share > 1.0 - leastSaved) {
        cut = cutGraph(*dense.content().view, names, true);
        m_share = 1.0;
    }
    for (const ValueInfo &input : dense.inputs())
        m_inputNames.push_back(input.name);
    std::optional<Model> running;
    if (!cut.wholeModel() && holdsFloat16(dense.content().proto.graph())) {
        running.emplace(inRunningPrecision(dense, changing));
        cut = cutGraph(*running->content().view, names, false);
    }
    const Model &whole = running ? *running : dense;
    if (!cut.wholeModel()) {
        m_before.emplace(modelBefore(whole, cut));
        m_values = m_before->outputs();
        refuseUncacheable(m_values);
    }
    for (const ValueInfo &value : m_values)
        m_valueNames.push_back(value.name);
    const bool roundsAtCuts = !running && holdsFloat16(dense.content().proto.graph());
    open(modelBehind(whole, cut, m_values, changing), names, !roundsAtCuts);
    m_readsInputs = !cut.inputs.empty();
}

void Suffix::open(Model behind, const std::set<std::string> &changing, bool mayComeApart)
{
    const auto cut = mayComeApart ? cutBehindMoving(behind, changing) : std::nullopt;
    if (cut) {
        Model moving = modelBefore(behind, *cut);
        m_moving.emplace(moving);
        if (std::ranges::all_of(m_moving->outputs(), canBeHeld)) {
            m_rest.emplace(modelBehind(behind, *cut, m_moving->outputs(), {}));
            m_betweenNames = cut->values;
            m_movingModel.emplace(std::move(moving));
            return;
        }
    }
    m_moving.emplace(behind);
    m_movingModel.emplace(std::move(behind));
}

CutValues Suffix::runBefore(std::span<const TensorView> inputs, const JobContext &ctx, RunMemory memory) const
{
    return m_before->run(feedsOf(*m_before, inputs, {}, {}, {}), ctx, memory);
}

std::vector<TensorView> Suffix::feedsOf(const Session &session, std::span<const TensorView> inputs,
                                        const CutValues &values, std::span<const TensorView> between,
                                        const std::map<std::string, TensorView> &constants) const
{
    std::vector<TensorView> feeds;
    for (const ValueInfo &input : session.inputs()) {
        if (const auto constant = constants.find(input.name); constant != constants.end())
            feeds.push_back(constant->second);
        else if (const TensorView *fresh = named(m_betweenNames, between, input.name))
            feeds.push_back(*fresh);
        else if (const Tensor *value = named(m_valueNames, std::span(values), input.name))
            feeds.push_back(*value);
        else
            feeds.push_back(*named(m_inputNames, inputs, input.name));
    }
    return feeds;
}

Tensor Suffix::runBehind(std::span<const TensorView> inputs, const CutValues &values,
                         const std::map<std::string, TensorView> &constants, const Session *baked,
                         const JobContext &ctx) const
{
    const Session &moving = baked ? *baked : *m_moving;
    const std::vector<TensorView> feeds = feedsOf(moving, inputs, values, {}, constants);
    if (!m_rest)
        return std::move(moving.run(feeds, ctx).front());
    const RunValues between = moving.runHeld(feeds, ctx);
    return std::move(m_rest->run(feedsOf(*m_rest, inputs, values, between.views(), {}), ctx).front());
}

Session Suffix::bake(const NamedTensors &constants) const
{
    return Session(withConstants(*m_movingModel, constants));
}

int64_t bytesOf(const CutValues &values)
{
    int64_t bytes = 0;
    for (const Tensor &value : values)
        bytes += static_cast<int64_t>(value.bytes.size());
    return bytes;
}

} // namespace lathe
