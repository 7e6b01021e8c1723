// Shape rules of layers: convolutions, pools, products, recurrent networks.
#include "core/shapes/rulecontext.h"

#include <algorithm>

namespace lathe {
namespace {

struct Window {
    Shape kernel, strides, dilations, pads; ///< pads: begins, then ends
    std::string autoPad;
    bool roundUp = false;
};

std::optional<Window> windowOf(const RuleContext &c, const Shape &kernel)
{
    const size_t n = kernel.size();
    const auto strides = c.list("strides", n, 1, 1);
    const auto dilations = c.list("dilations", n, 1, 1);
    const auto pads = c.list("pads", 2 * n, -largestDimension, 0);
    const bool sane =
        std::all_of(kernel.begin(), kernel.end(), [](int64_t k) { return k > 0 && k < largestDimension; });
    if (!strides || !dilations || !pads || !sane)
        return std::nullopt;
    return Window{kernel, *strides, *dilations, *pads, c.text("auto_pad"), c.integer("ceil_mode", 0) != 0};
}

/// Dimension d after a window has gone over it; below 1 when it does not fit.
int64_t afterWindow(const Window &w, size_t d, int64_t in)
{
    const int64_t stride = w.strides[d];
    const int64_t reach = (w.kernel[d] - 1) * w.dilations[d] + 1; // below 2^62
    if (w.autoPad == "SAME_UPPER" || w.autoPad == "SAME_LOWER")
        return (in + stride - 1) / stride;
    const bool padded = w.autoPad.empty() || w.autoPad == "NOTSET";
    const int64_t before = padded ? w.pads[d] : 0;
    const int64_t room = in + before + (padded ? w.pads[d + w.kernel.size()] : 0) - reach;
    if (room < 0)
        return 0;
    int64_t out = (w.roundUp ? (room + stride - 1) / stride : room / stride) + 1;
    if (w.roundUp && (out - 1) * stride >= in + before)
        --out; // a window that would start in the padding behind the end is left out
    return out;
}

Shapes windowed(const Window &window, const Shape &in, int64_t channels)
{
    Shape out{in[0], channels};
    for (size_t d = 0; d < window.kernel.size(); ++d)
        out.push_back(afterWindow(window, d, in[d + 2]));
    return {out, out};
}

} // namespace

Shapes convolutionRule(const RuleContext &c)
{
    const Shape *in = c.shape(0);
    const Shape *weight = c.shape(c.node.op_type() == "QLinearConv" ? 3 : 1);
    if (!in || !weight || in->size() < 3 || weight->size() != in->size())
        return {};
    const std::optional<Window> window = windowOf(c, Shape(weight->begin() + 2, weight->end()));
    return window ? windowed(*window, *in, weight->at(0)) : Shapes{};
}

Shapes transposedConvolutionRule(const RuleContext &c)
{
    const Shape *in = c.shape(0);
    const Shape *weight = c.shape(1);
    if (!in || !weight || in->size() < 3 || weight->size() != in->size())
        return {};
    const size_t n = in->size() - 2;
    const std::optional<Window> w = windowOf(c, Shape(weight->begin() + 2, weight->end()));
    const auto extra = c.list("output_padding", n, 0, 0);
    const auto wanted = c.list("output_shape", n, 1, 0);
    const int64_t groups = c.integer("group", 1);
    if (!w || !extra || !wanted || groups < 1 || groups >= largestDimension)
        return {};
    Shape out{in->at(0), weight->at(1) * groups};
    for (size_t d = 0; d < n; ++d) {
        const int64_t stride = w->strides[d];
        const int64_t reach = (w->kernel[d] - 1) * w->dilations[d] + 1;
        const bool same = w->autoPad.starts_with("SAME");
        const int64_t full = stride * (in->at(d + 2) - 1) + extra->at(d) + reach;
        const bool padded = w->autoPad.empty() || w->autoPad == "NOTSET";
        const int64_t pads = padded ? w->pads[d] + w->pads[d + n] : 0;
        out.push_back(wanted->at(d) > 0 ? wanted->at(d) : same ? stride * in->at(d + 2) : full - pads);
    }
    return {out};
}

Shapes poolRule(const RuleContext &c)
{
    const Shape *in = c.shape(0);
    const std::optional<Shape> kernel = c.list("kernel_shape");
    if (!in || !kernel || in->size() < 3 || kernel->size() != in->size() - 2)
        return {};
    const std::optional<Window> window = windowOf(c, *kernel);
    return window ? windowed(*window, *in, in->at(1)) : Shapes{};
}

Shapes globalPoolRule(const RuleContext &c)
{
    const Shape *in = c.shape(0);
    if (!in || in->size() < 2)
        return {};
    Shape out(in->size(), 1);
    std::copy_n(in->begin(), 2, out.begin());
    return {out};
}

Shapes productRule(const RuleContext &c)
{
    const Shape *left = c.shape(0);
    const Shape *right = c.shape(c.node.op_type() == "QLinearMatMul" ? 3 : 1);
    if (!left || !right || left->empty() || right->empty())
        return {};
    const bool row = left->size() == 1, column = right->size() == 1;
    const Shape a = row ? Shape{1, left->at(0)} : *left;
    const Shape b = column ? Shape{right->at(0), 1} : *right;
    auto out = broadcastShape(Shape(a.begin(), a.end() - 2), Shape(b.begin(), b.end() - 2));
    if (!out || a.back() != b[b.size() - 2])
        return {};
    if (!row)
        out->push_back(a[a.size() - 2]);
    if (!column)
        out->push_back(b.back());
    return {out};
}

Shapes gemmRule(const RuleContext &c)
{
    const Shape *a = c.shape(0);
    const Shape *b = c.shape(1);
    if (!a || !b || a->size() != 2 || b->size() != 2)
        return {};
    const size_t outer = c.integer("transA", 0) != 0 ? 1 : 0;
    const size_t inner = c.integer("transB", 0) != 0 ? 0 : 1;
    if (a->at(1 - outer) != b->at(1 - inner))
        return {};
    return {Shape{a->at(outer), b->at(inner)}};
}

Shapes recurrentRule(const RuleContext &c)
{
    const Shape *in = c.shape(0);
    const Shape *recurrence = c.shape(2); // [directions, gates * hidden, hidden]
    if (!in || !recurrence || in->size() != 3 || recurrence->size() != 3)
        return {};
    const int64_t directions = recurrence->at(0), hidden = recurrence->at(2);
    if (c.integer("layout", 0) == 0) {
        const Shape state{directions, in->at(1), hidden};
        return {Shape{in->at(0), directions, in->at(1), hidden}, state, state};
    }
    const Shape state{in->at(0), directions, hidden};
    return {Shape{in->at(0), in->at(1), directions, hidden}, state, state};
}

} // namespace lathe
