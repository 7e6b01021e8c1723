#include "core/base/error.h"
#include "core/recipe/uniquekeys.h"
#include "core/train/plan.h"

#include <array>
#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <set>

namespace lathe::train {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array optimizerNames = {"sgd", "adam", "adamw"};
constexpr std::array scheduleNames = {"constant", "cosine", "step", "exponential"};
constexpr std::array scopeNames = {"layer", "global"};
constexpr std::array precisionNames = {"fp32", "bf16", "auto"};
constexpr double whole = 9007199254740992.0; ///< from here on JSON's numbers have gaps

[[noreturn]] void refuse(const Message &sentence)
{
    throw Error(ErrorCode::InvalidArgument, sentence);
}

struct Bounds {
    double low = 0, high = 0;
    bool above = false; ///< low itself is not taken
    bool below = false; ///< nor high

    bool hold(double v) const
    {
        return std::isfinite(v) && (above ? v > low : v >= low) && (below ? v < high : v <= high);
    }
    Message text(bool isWhole) const
    {
        const Message from = above ? Message::tr("above {}", low) : Message::tr("from {}", low);
        const Message to = below ? Message::tr("below {}", high) : Message::tr("up to {}", high);
        return isWhole ? Message::tr("a whole number {} {}", from, to)
                       : Message::tr("a number {} {}", from, to);
    }
};

/// Reads the keys of one object and refuses what is left over.
class Reader {
public:
    Reader(const Json &object, Message where) : m_object(object), m_where(std::move(where))
    {
        if (!object.is_object())
            refuse(Message::tr("{} is no object.", m_where));
    }

    void number(const char *key, double &value, Bounds bounds)
    {
        if (const Json *found = find(key)) {
            if (!found->is_number() || !bounds.hold(found->get<double>()))
                refuseValue(key, bounds.text(false), *found);
            value = found->get<double>();
        }
    }
    template <class Whole>
    void count(const char *key, Whole &value, Bounds bounds)
    {
        if (const Json *found = find(key)) {
            if (!found->is_number_integer() || !bounds.hold(found->get<double>()))
                refuseValue(key, bounds.text(true), *found);
            value = found->get<Whole>();
        }
    }
    void flag(const char *key, bool &value)
    {
        if (const Json *found = find(key)) {
            if (!found->is_boolean())
                refuseValue(key, Message::tr("true or false"), *found);
            value = found->get<bool>();
        }
    }
    void text(const char *key, std::string &value)
    {
        if (const Json *found = find(key)) {
            if (!found->is_string())
                refuseValue(key, Message::tr("a text"), *found);
            value = found->get<std::string>();
        }
    }
    template <class Enum, size_t count>
    void choice(const char *key, Enum &value, const std::array<const char *, count> &names)
    {
        if (const Json *found = find(key)) {
            const auto name =
                found->is_string() ? std::ranges::find(names, found->get<std::string>()) : names.end();
            if (name == names.end())
                refuseValue(key, Message::tr("one of {}", fmt::format("{}", fmt::join(names, ", "))), *found);
            value = static_cast<Enum>(name - names.begin());
        }
    }
    template <class T>
    void object(const char *key, T &value, void (*describe)(Reader &, T &))
    {
        if (const Json *found = find(key))
            nested(*found, Message::tr("{}: {}", m_where, key), value, describe);
    }
    template <class T>
    void optional(const char *key, std::optional<T> &value, void (*describe)(Reader &, T &))
    {
        const Json *found = find(key);
        if (found == nullptr || found->is_null())
            return;
        nested(*found, Message::tr("{}: {}", m_where, key), value.emplace(), describe);
    }
    template <class T>
    void list(const char *key, std::vector<T> &values, void (*describe)(Reader &, T &))
    {
        const Json *found = find(key);
        if (found == nullptr || !found->is_array() || found->empty())
            refuse(Message::tr("{} needs the key {} with a list of at least one step.", m_where, key));
        for (const Json &item : *found) {
            const Message where = Message::tr("{}: step {}", m_where, values.size() + 1);
            nested(item, where, values.emplace_back(), describe);
        }
    }
    bool has(const char *key) const { return m_object.contains(key); }
    [[noreturn]] void contradiction(const Message &what) const
    {
        refuse(Message::tr("{}: {}.", m_where, what));
    }
    void finish() const
    {
        for (const auto &[key, value] : m_object.items())
            if (!m_known.contains(key))
                refuse(Message::tr("{}: there is no key {}; there are {}.", m_where, key,
                                   fmt::format("{}", fmt::join(m_known, ", "))));
    }

private:
    const Json *find(const char *key)
    {
        m_known.insert(key);
        const auto found = m_object.find(key);
        return found == m_object.end() ? nullptr : &*found;
    }
    [[noreturn]] void refuseValue(const char *key, const Message &takes, const Json &value) const
    {
        refuse(Message::tr("{}: {} takes {}, not {}.", m_where, key, takes,
                           value.dump(-1, ' ', false, Json::error_handler_t::replace)));
    }
    template <class T>
    static void nested(const Json &object, Message where, T &value, void (*describe)(Reader &, T &))
    {
        Reader reader(object, std::move(where));
        describe(reader, value);
        reader.finish();
    }

    const Json &m_object;
    Message m_where;
    std::set<std::string> m_known;
};

/// Writes the same keys.
class Writer {
public:
    void number(const char *key, double value, Bounds) { put(key, value); }
    template <class Whole>
    void count(const char *key, Whole value, Bounds)
    {
        m_object[key] = value;
    }
    void flag(const char *key, bool value) { m_object[key] = value; }
    void text(const char *key, const std::string &value) { m_object[key] = value; }
    template <class Enum, size_t count>
    void choice(const char *key, Enum value, const std::array<const char *, count> &names)
    {
        m_object[key] = names.at(static_cast<size_t>(value));
    }
    template <class T>
    void object(const char *key, T &value, void (*describe)(Writer &, T &))
    {
        Writer inner;
        describe(inner, value);
        m_object[key] = std::move(inner.m_object);
    }
    template <class T>
    void optional(const char *key, std::optional<T> &value, void (*describe)(Writer &, T &))
    {
        if (value)
            object(key, *value, describe);
    }
    template <class T>
    void list(const char *key, std::vector<T> &values, void (*describe)(Writer &, T &))
    {
        Json items = Json::array();
        for (T &value : values) {
            Writer inner;
            describe(inner, value);
            items.push_back(std::move(inner.m_object));
        }
        m_object[key] = std::move(items);
    }
    Json take() { return std::move(m_object); }

private:
    void put(const char *key, double value)
    {
        if (value == std::floor(value) && std::abs(value) < whole)
            m_object[key] = static_cast<int64_t>(value); // 20, not 20.0
        else
            m_object[key] = value;
    }

    Json m_object = Json::object();
};

template <class Io>
void describeOptimizer(Io &io, Optimizer &optimizer)
{
    io.choice("kind", optimizer.kind, optimizerNames);
    io.number("momentum", optimizer.momentum, {.low = 0, .high = 1, .below = true});
    io.number("beta1", optimizer.beta1, {.low = 0, .high = 1, .below = true});
    io.number("beta2", optimizer.beta2, {.low = 0, .high = 1, .below = true});
    io.number("weight_decay", optimizer.weightDecay, {.low = 0, .high = 1});
    io.number("clip", optimizer.clip, {.low = 0, .high = 1e9});
    if (std::is_same_v<Io, Reader> || optimizer.relative)
        io.flag("relative", optimizer.relative);
}

template <class Io>
void describeSchedule(Io &io, Schedule &schedule)
{
    io.choice("kind", schedule.kind, scheduleNames);
    io.number("warmup", schedule.warmup, {.low = 0, .high = 1e6});
    io.number("last", schedule.last, {.low = 0, .high = 1});
    io.number("factor", schedule.factor, {.low = 0, .high = 1, .above = true});
    io.number("every", schedule.every, {.low = 0, .high = 1e6, .above = true});
}

template <class Io>
void describeLosses(Io &io, Losses &losses)
{
    io.number("labels", losses.labels, {.low = 0, .high = 1e6});
    io.number("distillation", losses.distillation, {.low = 0, .high = 1e6});
    io.number("temperature", losses.temperature, {.low = 0, .high = 100, .above = true});
    io.number("features", losses.features, {.low = 0, .high = 1e6});
}

template <class Io>
void describeAugmentation(Io &io, Augmentation &augment)
{
    io.flag("flip", augment.flip);
    io.number("crop", augment.crop, {.low = 0, .high = 1, .above = true});
    io.number("shift", augment.shift, {.low = 0, .high = 1000});
    io.number("rotation", augment.rotation, {.low = 0, .high = 180});
    io.number("scale", augment.scale, {.low = 0, .high = 1, .below = true});
    io.number("color", augment.color, {.low = 0, .high = 1});
    io.number("mix", augment.mix, {.low = 0, .high = 1});
    io.count("views", augment.views, {.low = 0, .high = 1000});
}

template <class Io>
void describeRamp(Io &io, PruneRamp &ramp)
{
    io.number("from", ramp.from, {.low = 0, .high = 1, .below = true});
    io.number("to", ramp.to, {.low = 0, .high = 1, .below = true});
    io.number("epochs", ramp.epochs, {.low = 0, .high = 1e6});
    io.count("every", ramp.every, {.low = 1, .high = 1e9});
    io.choice("scope", ramp.scope, scopeNames);
    io.number("regrow", ramp.regrow, {.low = 0, .high = 1});
}

template <class Io>
void describeChanges(Io &io, Changes &changes)
{
    io.flag("weights", changes.weights);
    io.flag("biases", changes.biases);
    io.flag("normalizations", changes.normalizations);
    io.flag("statistics", changes.statistics);
}

/// What no single key can say.
void checkStep(const Reader &reader, const PlanStep &step)
{
    if (reader.has("epochs") && reader.has("steps") && step.steps > 0)
        reader.contradiction(Message::tr("epochs and steps both say how long it is; give one of them"));
    const Losses &losses = step.losses;
    if (losses.labels == 0 && losses.distillation == 0 && losses.features == 0)
        reader.contradiction(Message::tr("losses are all 0, so that there is nothing to learn from"));
    if (losses.labels > 0 && step.augment.mix > 0)
        reader.contradiction(
            Message::tr("augment: mix makes one image of two, for which there is no one label; "
                        "set labels of losses to 0"));
    if (step.prune && step.prune->to < step.prune->from)
        reader.contradiction(Message::tr("prune: to is below from"));
    if (step.prune && step.steps == 0 && step.prune->epochs > step.epochs)
        reader.contradiction(
            Message::tr("prune: epochs is {}, but the step has {}, so that less than to says "
                        "would be pruned",
                        step.prune->epochs, step.epochs));
    if (step.biasBits == 1)
        reader.contradiction(Message::tr("bias_bits takes 0 for any value, or 2 to 16, not 1"));
    if (step.optimizer.relative && step.optimizer.kind == Optimizer::Kind::Sgd)
        reader.contradiction(Message::tr("a relative rate is for adam and adamw, not for sgd"));
    const Changes &changes = step.changes;
    if (!changes.weights && !changes.biases && !changes.normalizations && !changes.statistics)
        reader.contradiction(Message::tr("changes are all false, so that nothing would be trained"));
    if (step.prune && !changes.weights)
        reader.contradiction(Message::tr("weights that do not change cannot be pruned"));
}

template <class Io>
void describeStep(Io &io, PlanStep &step)
{
    if constexpr (std::is_same_v<Io, Reader>) {
        io.number("epochs", step.epochs, {.low = 0, .high = 1e6, .above = true});
        io.count("steps", step.steps, {.low = 0, .high = 1e12});
    } else if (step.steps > 0) {
        io.count("steps", step.steps, {});
    } else {
        io.number("epochs", step.epochs, {});
    }
    io.count("batch", step.batch, {.low = 1, .high = 1e6});
    io.object("optimizer", step.optimizer, describeOptimizer<Io>);
    io.number("rate", step.rate, {.low = 0, .high = 1e3, .above = true});
    io.object("schedule", step.schedule, describeSchedule<Io>);
    io.object("losses", step.losses, describeLosses<Io>);
    io.choice("precision", step.precision, precisionNames);
    io.flag("dropout", step.dropout);
    io.object("augment", step.augment, describeAugmentation<Io>);
    io.count("resolution", step.resolution, {.low = 0, .high = 65536});
    io.optional("prune", step.prune, describeRamp<Io>);
    io.object("changes", step.changes, describeChanges<Io>);
    if (std::is_same_v<Io, Reader> || step.biasBits > 0)
        io.count("bias_bits", step.biasBits, {.low = 0, .high = 16});
    io.count("patience", step.patience, {.low = 0, .high = 1e6});
    if constexpr (std::is_same_v<Io, Reader>)
        checkStep(io, step);
}

template <class Io>
void describePlan(Io &io, Plan &plan)
{
    int version = Plan::schemaVersion;
    io.count("lathe_plan", version, {.low = 1, .high = 1});
    io.text("name", plan.name);
    io.count("seed", plan.seed, {.low = 0, .high = whole});
    io.number("validation", plan.validation, {.low = 0, .high = 0.9});
    io.list("steps", plan.steps, describeStep<Io>);
}

void checkVersion(const Json &root, const std::string &source)
{
    if (!root.is_object() || !root.contains("lathe_plan"))
        refuse(Message::tr("{} is no training plan of Lathe: the key lathe_plan is missing.", source));
    const Json &version = root.at("lathe_plan");
    if (version.is_number_integer() && version.get<int64_t>() > Plan::schemaVersion)
        refuse(Message::tr(
            "{} was written by a newer Lathe: its schema version is {}, this Lathe reads up to {}.", source,
            version.dump(), Plan::schemaVersion));
}

} // namespace

std::string toJson(const Plan &plan)
{
    Plan copy = plan;
    Writer writer;
    describePlan(writer, copy);
    return writer.take().dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

Plan planFromJson(std::string_view json, const std::string &source)
{
    const Json root = parseWithUniqueKeys(json, source);
    checkVersion(root, source);
    Plan plan;
    Reader reader(root, Message::verbatim(source));
    describePlan(reader, plan);
    reader.finish();
    return plan;
}

} // namespace lathe::train
