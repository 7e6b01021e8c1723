#include "core/storage/decodenodes.h"

#include "core/storage/codebookforms.h"
#include "core/storage/denseforms.h"
#include "core/storage/uniformforms.h"

#include <algorithm>
#include <limits>

namespace lathe {
namespace {

/// Nodes, names and small constants of two forms never differ by more, so only payloads nearer than this have
/// to be built to be compared.
constexpr int64_t largestOverhead = 2000;

DecodeFragment smallest(std::vector<Candidate> candidates, const ExportTarget &target)
{
    std::stable_sort(candidates.begin(), candidates.end(),
                     [](const Candidate &a, const Candidate &b) { return a.payload < b.payload; });
    DecodeFragment best;
    int64_t fewest = std::numeric_limits<int64_t>::max();
    for (const Candidate &candidate : candidates) {
        if (candidate.payload > candidates.front().payload + largestOverhead)
            break;
        Fragment fragment = candidate.build();
        const int64_t bytes = fileBytes(fragment, target);
        if (bytes < fewest) {
            fewest = bytes;
            best = {std::move(fragment), candidate.form};
        }
    }
    return best;
}

} // namespace

bool canDecode(const ExportTarget &target, ElementType type)
{
    return target.opset >= (type == ElementType::BFloat16 ? oldestBFloat16Opset : oldestDecodingOpset);
}

std::string castTo(FragmentBuilder &builder, const std::string &value, ElementType type)
{
    return builder.node("Cast", {value}, {{"to", static_cast<int64_t>(type)}});
}

std::string undoLayout(FragmentBuilder &builder, std::string matrix, const WeightSlot &slot)
{
    for (size_t i = slot.layout.steps.size(); i-- > 0;) {
        const LayoutStep &step = slot.layout.steps[i];
        if (step.kind == LayoutStep::Kind::Transpose) {
            std::vector<int64_t> inverse(step.permutation.size());
            for (size_t axis = 0; axis < inverse.size(); ++axis)
                inverse[static_cast<size_t>(step.permutation[axis])] = static_cast<int64_t>(axis);
            matrix = builder.node("Transpose", {matrix}, {{"perm", inverse}});
        } else if (i == 0 || slot.layout.steps[i - 1].kind != LayoutStep::Kind::Reshape) {
            matrix = reshapeTo(builder, matrix, step.from); // of several in a row only the last one counts
        }
    }
    return matrix;
}

Fragment plainFragment(const MatrixEncoding &encoding, const WeightSlot &slot, const ExportTarget &target)
{
    FragmentBuilder builder(target, slot.prefix);
    const std::vector<float> values = matrixToConstant(slot.layout, decode(encoding));
    return builder.finish(builder.constant(fromFloats(slot.type, slot.shape, values)), slot.name);
}

int64_t plainBytes(const WeightSlot &slot, const ExportTarget &target)
{
    onnx::TensorProto head;
    head.set_name(slot.name);
    head.set_data_type(static_cast<int>(slot.type));
    for (const int64_t dimension : slot.shape)
        head.add_dims(dimension);
    const auto data = static_cast<size_t>(elementCount(slot.shape) * elementBits(slot.type) / 8);
    return withLength(head.ByteSizeLong() + static_cast<size_t>(withLength(data))) +
           (target.listConstants ? withLength(listing(head).ByteSizeLong()) : 0);
}

DecodeFragment smallestFragment(const MatrixEncoding &encoding, const WeightSlot &slot,
                                const ExportTarget &target)
{
    if (!canDecode(target, slot.type))
        return {plainFragment(encoding, slot, target), Message::tr("plain")};
    std::vector<Candidate> candidates;
    const auto add = [&](const auto &forms) {
        std::ranges::move(forms.candidates(), std::back_inserter(candidates));
    };
    std::optional<DenseForms> dense;
    std::optional<CodebookForms> codebook;
    std::optional<UniformForms> uniform, ternary;
    const std::optional<MatrixEncoding> threeCodes = asTernary(encoding);
    if (std::holds_alternative<UniformCodes>(encoding.values))
        add(uniform.emplace(encoding, slot, target));
    if (threeCodes)
        add(ternary.emplace(*threeCodes, slot, target));
    if (std::holds_alternative<CodebookCodes>(encoding.values))
        add(codebook.emplace(encoding, slot, target));
    if (candidates.empty()) { // no codes, or none that can stand for what is not kept
        const auto *values = std::get_if<DenseValues>(&encoding.values);
        add(dense.emplace(decode(encoding), values ? values->storage : ElementType::Undefined, slot, target));
    } else {
        candidates.push_back({Message::tr("plain"), elementCount(slot.shape) * (elementBits(slot.type) / 8),
                              [&] { return plainFragment(encoding, slot, target); }});
    }
    return smallest(std::move(candidates), target);
}

} // namespace lathe
