#include "core/train/checkpoint.h"

#include "core/base/fileio.h"

#include <array>
#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>

namespace lathe::train {
namespace {

using Json = nlohmann::ordered_json;

// "LATHETRN", SHA-256 of the rest, then for each part its length and its bytes: JSON, network, best, masks.
constexpr std::string_view magic = "LATHETRN";
constexpr size_t digestSize = 32;
constexpr int formatVersion = 1;

Json numberJson(double value)
{
    return std::isfinite(value) ? Json(value) : Json(nullptr);
}

double numberFrom(const Json &value)
{
    return value.is_null() ? std::numeric_limits<double>::infinity() : value.get<double>();
}

Json lossJson(const LossValue &loss)
{
    return {numberJson(loss.total), numberJson(loss.labels), numberJson(loss.distillation),
            numberJson(loss.features), numberJson(loss.gradientNorm)};
}

LossValue lossFrom(const Json &json)
{
    return {numberFrom(json.at(0)), numberFrom(json.at(1)), numberFrom(json.at(2)), numberFrom(json.at(3)),
            numberFrom(json.at(4))};
}

Json recordJson(const EpochRecord &record)
{
    Json json{{"step", record.step},   {"epoch", record.epoch},
              {"rate", record.rate},   {"loss", lossJson(record.loss)},
              {"zeros", record.zeros}, {"seconds", record.seconds},
              {"best", record.best}};
    if (record.judged) {
        json["samples"] = record.judged->samples;
        json["judged"] = numberJson(record.judged->loss);
        if (record.judged->accuracy)
            json["accuracy"] = *record.judged->accuracy;
        if (record.judged->agreement)
            json["agreement"] = *record.judged->agreement;
    }
    return json;
}

EpochRecord recordFrom(const Json &json)
{
    EpochRecord record{json.at("step").get<size_t>(),
                       json.at("epoch").get<double>(),
                       json.at("rate").get<double>(),
                       lossFrom(json.at("loss")),
                       {},
                       json.at("zeros").get<double>(),
                       json.at("seconds").get<double>(),
                       json.at("best").get<bool>()};
    if (json.contains("samples")) {
        record.judged = Judgement{json.at("samples").get<int64_t>(), {}, {}, numberFrom(json.at("judged"))};
        if (json.contains("accuracy"))
            record.judged->accuracy = json.at("accuracy").get<double>();
        if (json.contains("agreement"))
            record.judged->agreement = json.at("agreement").get<double>();
    }
    return record;
}

Json stateJson(const TrainingState &state, const std::string &key)
{
    Json json{{"version", formatVersion},
              {"key", key},
              {"step", state.step},
              {"epoch", state.epoch},
              {"samples", state.samples},
              {"updates", state.updates},
              {"batch", state.batch},
              {"worse", state.worse},
              {"ramped", state.ramped},
              {"first_loss", numberJson(state.firstLoss)},
              {"recent_loss", numberJson(state.recentLoss)},
              {"sums", lossJson(state.sums)},
              {"batches", state.batches},
              {"seconds", state.seconds},
              {"seconds_waited", state.secondsWaited},
              {"precisions", Json::array()},
              {"batch_sizes", state.batchSizes},
              {"masks", Json::array()},
              {"epochs", Json::array()},
              {"best", nullptr}};
    for (const Precision precision : state.precisions)
        json["precisions"].push_back(static_cast<int>(precision));
    for (const auto &kept : state.kept)
        json["masks"].push_back(kept.size());
    for (const EpochRecord &record : state.epochs)
        json["epochs"].push_back(recordJson(record));
    if (state.best)
        json["best"] = recordJson(*state.best);
    return json;
}

TrainingState stateFrom(const Json &json, std::string_view masks)
{
    TrainingState state;
    state.step = json.at("step").get<size_t>();
    state.epoch = json.at("epoch").get<int64_t>();
    state.samples = json.at("samples").get<int64_t>();
    state.updates = json.at("updates").get<int64_t>();
    state.batch = json.at("batch").get<int64_t>();
    state.worse = json.at("worse").get<int64_t>();
    state.ramped = json.at("ramped").get<bool>();
    state.firstLoss = numberFrom(json.at("first_loss"));
    state.recentLoss = numberFrom(json.at("recent_loss"));
    state.sums = lossFrom(json.at("sums"));
    state.batches = json.at("batches").get<int64_t>();
    state.seconds = json.at("seconds").get<double>();
    state.secondsWaited = json.at("seconds_waited").get<double>();
    for (const Json &precision : json.at("precisions"))
        state.precisions.push_back(static_cast<Precision>(precision.get<int>()));
    state.batchSizes = json.at("batch_sizes").get<std::vector<int64_t>>();
    for (const Json &size : json.at("masks")) {
        const std::string_view mask = masks.substr(0, size.get<size_t>());
        state.kept.emplace_back(mask.begin(), mask.end());
        masks.remove_prefix(mask.size());
    }
    for (const Json &record : json.at("epochs"))
        state.epochs.push_back(recordFrom(record));
    if (!json.at("best").is_null())
        state.best = recordFrom(json.at("best"));
    return state;
}

std::string joined(std::initializer_list<std::string_view> parts)
{
    std::string all;
    for (const std::string_view part : parts) {
        const uint64_t size = part.size();
        all.append(reinterpret_cast<const char *>(&size), sizeof size);
        all.append(part);
    }
    return all;
}

/// @throws Error MalformedData with `refused`
std::string_view takePart(std::string_view &rest, const Error &refused)
{
    uint64_t size = 0;
    if (rest.size() < sizeof size)
        throw refused;
    std::memcpy(&size, rest.data(), sizeof size);
    rest.remove_prefix(sizeof size);
    if (size > rest.size())
        throw refused;
    const std::string_view part = rest.substr(0, size);
    rest.remove_prefix(size);
    return part;
}

} // namespace

Error otherTraining(const std::filesystem::path &path)
{
    return {ErrorCode::InvalidArgument,
            Message::tr("{} is the checkpoint of another training: the model, the plan, the data or this "
                        "program's version was another one.",
                        path.string())};
}

void writeCheckpoint(const std::filesystem::path &path, const std::string &key, const TrainingState &state)
{
    std::string masks;
    for (const auto &kept : state.kept)
        masks.append(kept.begin(), kept.end());
    const std::string content =
        joined({stateJson(state, key).dump(), state.network, state.bestNetwork, masks});
    const Sha256Digest digest = sha256(std::as_bytes(std::span(content)));
    writeFileAtomically(path, [&](std::ostream &out) {
        out.write(magic.data(), magic.size());
        out.write(reinterpret_cast<const char *>(digest.data()), digestSize);
        out.write(content.data(), static_cast<std::streamsize>(content.size()));
    });
}

TrainingState readCheckpoint(const std::filesystem::path &path, const std::string &key)
{
    const std::string file = readFile(path);
    const Error damaged(ErrorCode::MalformedData,
                        Message::tr("{} is no checkpoint of a training, or it is damaged.", path.string()));
    std::string_view rest = file;
    if (!rest.starts_with(magic) || rest.size() < magic.size() + digestSize)
        throw damaged;
    const std::string_view digest = rest.substr(magic.size(), digestSize);
    rest.remove_prefix(magic.size() + digestSize);
    const Sha256Digest real = sha256(std::as_bytes(std::span(rest)));
    if (std::memcmp(digest.data(), real.data(), digestSize) != 0)
        throw damaged;
    const std::string_view json = takePart(rest, damaged), network = takePart(rest, damaged);
    const std::string_view best = takePart(rest, damaged), masks = takePart(rest, damaged);
    try {
        const Json header = Json::parse(json);
        if (header.at("version") != formatVersion || header.at("key") != key)
            throw otherTraining(path);
        TrainingState state = stateFrom(header, masks);
        state.network = network;
        state.bestNetwork = best;
        return state;
    } catch (const Json::exception &) {
        throw damaged;
    }
}

} // namespace lathe::train
