#include "core/measure/modelfit.h"

#include <fmt/format.h>

namespace lathe {
namespace {

/// Dimensions that one of both leaves open fit; the first counts samples and may be any.
bool shapesFit(const ValueInfo &a, const ValueInfo &b)
{
    if (!a.hasShape || !b.hasShape)
        return true;
    if (a.shape.size() != b.shape.size())
        return false;
    for (size_t i = 1; i < a.shape.size(); ++i)
        if (a.shape[i] >= 0 && b.shape[i] >= 0 && a.shape[i] != b.shape[i])
            return false;
    return true;
}

std::string textOf(const ValueInfo &value)
{
    return fmt::format("{} {}", elementTypeName(value.type), value.hasShape ? shapeText(value.shape) : "");
}

} // namespace

Message obstacleToMeasuring(const Model &model, const Model &other)
{
    const std::vector<ValueInfo> &wanted = model.inputs(), &found = other.inputs();
    if (wanted.size() != found.size())
        return Message::tr("It takes {} inputs, the open model takes {}.", found.size(), wanted.size());
    for (size_t i = 0; i < wanted.size(); ++i) {
        if (wanted.size() > 1 && wanted[i].name != found[i].name)
            return Message::tr("Its input {} is \"{}\", that of the open model \"{}\".", i + 1, found[i].name,
                               wanted[i].name);
        if (wanted[i].type != found[i].type || !shapesFit(wanted[i], found[i]))
            return Message::tr("Its input \"{}\" takes {}, that of the open model {}.", found[i].name,
                               textOf(found[i]), textOf(wanted[i]));
    }
    if (other.outputs().empty() || model.outputs().empty())
        return Message::tr("It has no output.");
    const ValueInfo &mine = model.outputs().front(), &its = other.outputs().front();
    if (mine.hasShape && its.hasShape && mine.shape.size() == its.shape.size() && !shapesFit(mine, its))
        return Message::tr("Its output \"{}\" gives {}, that of the open model {}.", its.name, textOf(its),
                           textOf(mine));
    return {};
}

} // namespace lathe
