#include "core/train/teacherclasses.h"

#include "core/base/error.h"
#include "core/base/fileio.h"
#include "core/train/batchloader.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

namespace lathe::train {
namespace {

constexpr size_t asked = 1000; ///< samples that a teacher is asked for
constexpr size_t askedAtOnce = 128;
constexpr size_t leastAsked = 5; ///< of each class, to tell its order

std::string trimmed(const std::string &text)
{
    const size_t first = text.find_first_not_of(" \t\r\n");
    return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::vector<std::string> pieces(const std::string &text, char between)
{
    std::vector<std::string> all;
    std::istringstream in(text);
    for (std::string piece; std::getline(in, piece, between);)
        all.push_back(trimmed(piece));
    return all;
}

/// Of a file. Empty lines at its end are none.
std::vector<std::string> namesIn(const std::string &path)
{
    const std::string content = readFile(path);
    if (!trimmed(content).starts_with('{'))
        return pieces(trimmed(content), '\n');
    const auto refused = [&path] {
        return Error(
            ErrorCode::InvalidArgument,
            Message::tr("{} does not name classes: it holds no id2label with names 0, 1, 2, ...", path));
    };
    try {
        const nlohmann::json names = nlohmann::json::parse(content).at("id2label");
        std::vector<std::string> all(names.size());
        for (const auto &[index, name] : names.items())
            all.at(std::stoul(index)) = name.get<std::string>();
        return all;
    } catch (const nlohmann::json::exception &) {
        throw refused();
    } catch (const std::logic_error &) { // no index, or one beyond the others
        throw refused();
    }
}

/// -1: none; nothing: unknown.
std::optional<int64_t> classOf(const std::string &name, const std::vector<std::string> &names,
                               int64_t classes)
{
    if (name == "-")
        return -1;
    if (const auto found = std::ranges::find(names, name); found != names.end())
        return found - names.begin();
    int64_t index = -1;
    const char *end = name.data() + name.size();
    const auto read = std::from_chars(name.data(), end, index);
    if (read.ec == std::errc() && read.ptr == end && index >= 0 && index < classes)
        return index;
    return {};
}

/// Samples of each class by what the teacher takes them for.
struct Confusion {
    std::vector<std::vector<size_t>> counts; ///< [teacher's class][label]
    size_t samples = 0;

    void add(const Tensor &scores, size_t row, size_t label)
    {
        const std::span<const float> values = scores.as<float>();
        const size_t width = values.size() / static_cast<size_t>(scores.shape.front());
        const auto own = values.subspan(row * width, width);
        counts.resize(width);
        for (auto &of : counts)
            of.resize(std::max({of.size(), label + 1, counts.front().size()}));
        ++counts[static_cast<size_t>(std::ranges::max_element(own) - own.begin())][label];
        ++samples;
    }
    double share(size_t right) const
    {
        return samples > 0 ? static_cast<double>(right) / static_cast<double>(samples) : 0.0;
    }
};

/// Some of those that judge, or of the others, spread over them all.
std::vector<size_t> askedOf(const TrainingData &data)
{
    const std::vector<size_t> &all = data.validation().empty() ? data.training() : data.validation();
    const size_t count = std::min(asked, all.size());
    std::vector<size_t> samples;
    for (size_t i = 0; i < count; ++i)
        samples.push_back(all[i * all.size() / count]);
    return samples;
}

Confusion confusionOf(Teacher &teacher, const TrainingData &data, const JobContext &ctx)
{
    const std::vector<size_t> samples = askedOf(data);
    const std::vector<int64_t> taught = taughtClasses(teacher.match());
    BatchLoader::Work work;
    work.labels = true;
    work.teacher = &teacher;
    Confusion confusion;
    for (size_t first = 0; first < samples.size(); first += askedAtOnce) {
        const std::span<const size_t> some(samples.data() + first,
                                           std::min(askedAtOnce, samples.size() - first));
        const Batch batch = batchOf(data, some, work, ctx);
        for (size_t i = 0; i < some.size(); ++i)
            if (taught.empty() || std::ranges::binary_search(taught, batch.labels[i]))
                confusion.add(batch.teacher, i, static_cast<size_t>(batch.labels[i]));
    }
    return confusion;
}

} // namespace

ClassMatch matchClasses(const std::string &text, const std::vector<std::string> &names, int64_t classes)
{
    const bool isList = text.find(',') != std::string::npos && !std::filesystem::exists(text);
    ClassMatch match;
    for (const std::string &name : isList ? pieces(text, ',') : namesIn(text)) {
        const std::optional<int64_t> own = classOf(name, names, classes);
        if (!own && isList)
            throw Error(ErrorCode::InvalidArgument,
                        Message::tr("There is no class \"{}\" among the {} that are learned; a class of the "
                                    "teacher that is none of them is \"-\".",
                                    name, classes));
        match.push_back(own.value_or(-1));
    }
    if (taughtClasses(match).size() < 2)
        throw Error(
            ErrorCode::InvalidArgument,
            Message::tr("{} names fewer than two of the {} classes that are learned.", text, classes));
    return match;
}

std::string matchText(const ClassMatch &match)
{
    std::string text;
    for (const int64_t own : match)
        text += fmt::format("{}{}", text.empty() ? "" : ",", own < 0 ? "-" : std::to_string(own));
    return text;
}

std::vector<int64_t> taughtClasses(const ClassMatch &match)
{
    std::set<int64_t> taught(match.begin(), match.end());
    taught.erase(-1);
    return {taught.begin(), taught.end()};
}

std::optional<TeacherCheck> checkTeacher(Teacher &teacher, const TrainingData &data, const JobContext &ctx)
{
    if (!data.hasLabels())
        return {};
    const Confusion confusion = confusionOf(teacher, data, ctx);
    const auto &counts = confusion.counts;
    if (confusion.samples == 0)
        return {};
    size_t right = 0, best = 0;
    ClassMatch suggested;
    std::set<int64_t> used;
    for (size_t c = 0; c < counts.size(); ++c) {
        right += c < counts[c].size() ? counts[c][c] : 0;
        const auto most = std::ranges::max_element(counts[c]);
        best += *most;
        suggested.push_back(*most > 0 ? most - counts[c].begin() : -1);
        if (*most > 0)
            used.insert(suggested.back());
    }
    TeacherCheck check{confusion.samples, confusion.share(right), {}, 0};
    const bool tells = confusion.samples >= leastAsked * std::max(counts.size(), counts.front().size());
    const bool onlyOnce =
        used.size() == counts.size() - static_cast<size_t>(std::ranges::count(suggested, -1));
    if (teacher.match().empty() && tells && onlyOnce && best > 2 * right && 2 * best > confusion.samples) {
        check.suggested = std::move(suggested);
        check.suggestedAccuracy = confusion.share(best);
    }
    return check;
}

} // namespace lathe::train
