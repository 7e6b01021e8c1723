#include "core/exporting/productnodes.h"

#include "core/exporting/factorize.h"
#include "core/storage/unpacknodes.h"

namespace lathe {
namespace {

/// Where a factor is stored: in `shape`, or as its matrix when that is left out.
void place(WeightSlot &slot, const MatrixEncoding &factor, const Shape &shape = {})
{
    const Shape matrix{factor.rows, factor.cols};
    slot.shape = shape.empty() ? matrix : shape;
    if (slot.shape != matrix)
        slot.layout = {{{LayoutStep::Kind::Reshape, slot.shape, matrix, {}}}};
}

void placeSwapped(WeightSlot &slot, const MatrixEncoding &factor)
{
    slot.shape = {factor.cols, factor.rows};
    slot.layout = {{{LayoutStep::Kind::Transpose, slot.shape, {factor.rows, factor.cols}, {1, 0}}}};
}

/// W as a product of matrices, or of one matrix with those of all outputs.
class Multiplier {
public:
    Multiplier(const FactorEncoding &encoding, const WeightSlot &root, const ExportTarget &target,
               const DecodeMatrix &decodeMatrix)
        : m_encoding(encoding), m_root(root), m_builder(target, root.prefix), m_decode(decodeMatrix)
    {
        for (size_t i = 0; i < encoding.factors.size(); ++i) {
            const std::string name = root.prefix + static_cast<char>(firstFactorSuffix + i);
            m_slots.push_back({name, name, ElementType::Float32, {}, {}});
        }
    }

    ProductNodes run()
    {
        placeAll();
        std::vector<Message> forms;
        for (size_t i = 0; i < m_slots.size(); ++i)
            forms.push_back(decodeTo(m_encoding.factors[i], m_slots[i]));
        Message form = Message::tr("factors ({}), multiplied on loading", enumeration(forms));
        std::string value = product();
        if (m_encoding.form != FactorForm::Product || m_encoding.groups > 1)
            value = reshapeTo(m_builder, value, {m_encoding.factors.back().rows, cols()});
        if (m_encoding.residual) {
            const MatrixEncoding &residual = *m_encoding.residual;
            const std::string name = m_root.prefix + residualSuffix;
            m_slots.push_back({name, name, ElementType::Float32, {residual.rows, residual.cols}, {}});
            form = Message::tr("factors ({}) + {}, multiplied on loading", enumeration(forms),
                               decodeTo(residual, m_slots.back()));
            value = m_builder.node("Add", {value, name});
        }
        value = undoLayout(m_builder, value, m_root);
        if (m_root.type != ElementType::Float32)
            value = castTo(m_builder, value, m_root.type);
        return {m_builder.finish(value, m_root.name), std::move(form), m_slots};
    }

private:
    void placeAll()
    {
        const auto &factors = m_encoding.factors;
        const MatrixEncoding &first = factors[0];
        const MatrixEncoding &last = factors.back();
        switch (m_encoding.form) {
        case FactorForm::Product:
            if (m_encoding.groups == 1) {
                place(m_slots[0], first);
                place(m_slots[1], last);
            } else {
                place(m_slots[0], first, {m_encoding.groups, last.cols, first.cols});
                place(m_slots[1], last, {m_encoding.groups, last.rows / m_encoding.groups, last.cols});
            }
            break;
        case FactorForm::Spatial: // [in * height, rank] * [out, rank, width]
            placeSwapped(m_slots[0], first);
            place(m_slots[1], last, {last.rows, first.rows, last.cols / first.rows});
            break;
        case FactorForm::Tucker2: // [in, rank] * [out, rank, area]
            placeSwapped(m_slots[0], first);
            place(m_slots[1], factors[1]);
            place(m_slots[2], last);
            break;
        case FactorForm::Separable: // [out, in, 1] times [in, area], element by element
            place(m_slots[0], first);
            place(m_slots[1], last, {last.rows, last.cols, 1});
            break;
        }
    }

    /// The weight, in any shape.
    std::string product()
    {
        const auto name = [&](size_t i) { return m_slots[i].name; };
        switch (m_encoding.form) {
        case FactorForm::Product:
            break;
        case FactorForm::Spatial:
            return m_builder.node("MatMul", {name(0), name(1)});
        case FactorForm::Tucker2: {
            const MatrixEncoding &core = m_encoding.factors[1];
            const Index mixed = m_encoding.factors[0].rows;
            const std::string outer = m_builder.node("MatMul", {name(2), name(1)});
            return m_builder.node(
                "MatMul", {name(0), reshapeTo(m_builder, outer,
                                              {m_encoding.factors[2].rows, mixed, core.cols / mixed})});
        }
        case FactorForm::Separable:
            return m_builder.node("Mul", {name(1), name(0)});
        }
        return m_builder.node("MatMul", {name(1), name(0)});
    }

    /// Of the weight matrix.
    Index cols() const
    {
        const MatrixEncoding &first = m_encoding.factors[0];
        switch (m_encoding.form) {
        case FactorForm::Product:
            break;
        case FactorForm::Spatial:
        case FactorForm::Tucker2:
            return first.cols * (m_encoding.factors[1].cols / first.rows);
        case FactorForm::Separable:
            return first.rows * first.cols;
        }
        return first.cols;
    }

    Message decodeTo(const MatrixEncoding &matrix, const WeightSlot &slot)
    {
        DecodeFragment decoded = m_decode(matrix, slot);
        m_builder.append(std::move(decoded.fragment));
        return decoded.form;
    }

    const FactorEncoding &m_encoding;
    const WeightSlot &m_root;
    FragmentBuilder m_builder;
    const DecodeMatrix &m_decode;
    std::vector<WeightSlot> m_slots;
};

} // namespace

ProductNodes productNodes(const FactorEncoding &encoding, const WeightSlot &root, const ExportTarget &target,
                          const DecodeMatrix &decodeMatrix)
{
    return Multiplier(encoding, root, target, decodeMatrix).run();
}

} // namespace lathe
