// Parts of a tensor, and values put into one.
#include "core/base/error.h"
#include "core/train/torch/operators.h"

#include <algorithm>
#include <limits>

namespace lathe::train {
namespace {

/// Negative places count from the end.
at::Tensor fromStart(const at::Tensor &indices, int64_t size)
{
    const at::Tensor wide = indices.to(at::kLong);
    return at::where(wide < 0, wide + size, wide);
}

Results gather(const Step &step, const Arguments &in)
{
    const int64_t axis = wrapped(step.attributes.integer("axis", 0), in[0].dim());
    const at::Tensor places = fromStart(in[1], in[0].size(axis));
    if (places.dim() == 0)
        return {in[0].select(axis, places.item().toLong())};
    std::vector<int64_t> shape = in[0].sizes().vec();
    shape.erase(shape.begin() + axis);
    shape.insert(shape.begin() + axis, places.sizes().begin(), places.sizes().end());
    return {in[0].index_select(axis, places.reshape({-1})).reshape(shape)};
}

Results gatherElements(const Step &step, const Arguments &in)
{
    const int64_t axis = wrapped(step.attributes.integer("axis", 0), in[0].dim());
    return {in[0].gather(axis, fromStart(in[1], in[0].size(axis)))};
}

/// The places of GatherND and ScatterND as one list for each axis that they name.
std::vector<at::Tensor> placesOf(const at::Tensor &indices, const at::Tensor &x, int64_t firstAxis)
{
    std::vector<at::Tensor> places;
    for (int64_t i = 0; i < indices.size(-1); ++i)
        places.push_back(fromStart(indices.select(-1, i), x.size(firstAxis + i)));
    return places;
}

at::Tensor indexed(const at::Tensor &x, const std::vector<at::Tensor> &places)
{
    c10::List<c10::optional<at::Tensor>> list;
    for (const at::Tensor &place : places)
        list.push_back(place);
    return x.index(list);
}

Results gatherNd(const Step &step, const Arguments &in)
{
    const int64_t batched = step.attributes.integer("batch_dims", 0);
    std::vector<at::Tensor> places;
    for (int64_t i = 0; i < batched; ++i) { // the batch names itself
        std::vector<int64_t> shape(static_cast<size_t>(in[1].dim() - 1), 1);
        shape[static_cast<size_t>(i)] = in[0].size(i);
        places.push_back(at::arange(in[0].size(i), at::kLong).reshape(shape));
    }
    for (at::Tensor &place : placesOf(in[1], in[0], batched))
        places.push_back(std::move(place));
    return {indexed(in[0], places)};
}

Results scatterElements(const Step &step, const Arguments &in)
{
    const int64_t axis = wrapped(step.attributes.integer("axis", 0), in[0].dim());
    const at::Tensor places = fromStart(in[1], in[0].size(axis));
    const std::string reduction = step.attributes.text("reduction", "none");
    if (reduction == "none")
        return {in[0].scatter(axis, places, in[2])};
    if (reduction == "add")
        return {in[0].scatter_add(axis, places, in[2])};
    refuse(Message::tr("reduction {}", reduction));
}

Results scatterNd(const Step &step, const Arguments &in)
{
    const std::string reduction = step.attributes.text("reduction", "none");
    if (reduction != "none" && reduction != "add")
        refuse(Message::tr("reduction {}", reduction));
    c10::List<c10::optional<at::Tensor>> list;
    for (const at::Tensor &place : placesOf(in[1], in[0], 0))
        list.push_back(place);
    return {in[0].index_put(list, in[2], reduction == "add")};
}

/// Any step: at::slice takes positive ones alone.
at::Tensor sliced(const at::Tensor &x, int64_t axis, int64_t start, int64_t end, int64_t step)
{
    const int64_t size = x.size(axis);
    if (step > 0)
        return x.slice(axis, start, end, step);
    start = std::clamp<int64_t>(start < 0 ? start + size : start, -1, size - 1);
    end = end < -size ? -1 : std::clamp<int64_t>(end < 0 ? end + size : end, -1, size - 1);
    std::vector<int64_t> places;
    for (int64_t i = start; i > end; i += step)
        places.push_back(i);
    return x.index_select(axis, at::tensor(places, at::kLong));
}

Results slice(const Step &step, const Arguments &in)
{
    const bool byInputs = in.has(1);
    const std::vector<int64_t> starts = byInputs ? in.integers(1) : step.attributes.integers("starts");
    const std::vector<int64_t> ends = byInputs ? in.integers(2) : step.attributes.integers("ends");
    std::vector<int64_t> axes = in.has(3) ? in.integers(3) : step.attributes.integers("axes");
    if (axes.empty())
        for (size_t i = 0; i < starts.size(); ++i)
            axes.push_back(static_cast<int64_t>(i));
    const std::vector<int64_t> steps = in.has(4) ? in.integers(4) : std::vector<int64_t>(starts.size(), 1);
    at::Tensor y = in[0];
    for (size_t i = 0; i < starts.size(); ++i)
        y = sliced(y, wrapped(axes[i], y.dim()), starts[i], ends[i], steps[i]);
    return {y};
}

Results topK(const Step &step, const Arguments &in)
{
    const int64_t k = in.has(1) ? in.integers(1).at(0) : step.attributes.integer("k", 1);
    const auto [values, places] = in[0].topk(k, wrapped(step.attributes.integer("axis", -1), in[0].dim()),
                                             step.attributes.integer("largest", 1) != 0, true);
    return {values, places};
}

template <bool largest>
Results argument(const Step &step, const Arguments &in)
{
    const int64_t axis = wrapped(step.attributes.integer("axis", 0), in[0].dim());
    const bool keep = step.attributes.integer("keepdims", 1) != 0;
    if (step.attributes.integer("select_last_index", 0)) {
        const at::Tensor turned = in[0].flip({axis});
        const at::Tensor found = largest ? turned.argmax(axis, keep) : turned.argmin(axis, keep);
        return {in[0].size(axis) - 1 - found};
    }
    return {largest ? in[0].argmax(axis, keep) : in[0].argmin(axis, keep)};
}

Results oneHot(const Step &step, const Arguments &in)
{
    const int64_t depth = in.integers(1).at(0);
    const at::Tensor places = fromStart(in[0], depth).unsqueeze(-1);
    const at::Tensor on = (places == at::arange(depth, at::kLong));
    const at::Tensor values = at::where(on, in[2].select(0, 1), in[2].select(0, 0));
    const int64_t rank = in[0].dim() + 1;
    return {values.movedim(-1, wrapped(step.attributes.integer("axis", -1), rank))};
}

Results nonZero(const Step &, const Arguments &in)
{
    return {in[0].nonzero().t()};
}

Results cumulativeSum(const Step &step, const Arguments &in)
{
    const int64_t axis = wrapped(in.integers(1).at(0), in[0].dim());
    const bool reverse = step.attributes.integer("reverse", 0) != 0;
    const at::Tensor x = reverse ? in[0].flip({axis}) : in[0];
    at::Tensor y = x.cumsum(axis);
    if (step.attributes.integer("exclusive", 0))
        y = y - x;
    return {reverse ? y.flip({axis}) : y};
}

Results triangle(const Step &step, const Arguments &in)
{
    const int64_t k = in.has(1) ? in.integers(1).at(0) : 0;
    return {step.attributes.integer("upper", 1) ? in[0].triu(k) : in[0].tril(k)};
}

Results eyeLike(const Step &step, const Arguments &in)
{
    const at::ScalarType type =
        step.attributes.has("dtype") ? scalarType(step.attributes.integer("dtype", 1)) : in[0].scalar_type();
    const int64_t k = step.attributes.integer("k", 0), rows = in[0].size(0), columns = in[0].size(1);
    return {(at::arange(rows).unsqueeze(1) + k == at::arange(columns)).to(type)};
}

} // namespace

void addSelections(OperatorTable &table)
{
    table.insert({{"Gather", gather},
                  {"GatherElements", gatherElements},
                  {"GatherND", gatherNd},
                  {"Scatter", scatterElements}, // as it was called in opsets 9 and 10
                  {"ScatterElements", scatterElements},
                  {"ScatterND", scatterNd},
                  {"Slice", slice},
                  {"TopK", topK},
                  {"ArgMax", argument<true>},
                  {"ArgMin", argument<false>},
                  {"OneHot", oneHot},
                  {"NonZero", nonZero},
                  {"CumSum", cumulativeSum},
                  {"Trilu", triangle},
                  {"EyeLike", eyeLike}});
}

} // namespace lathe::train
