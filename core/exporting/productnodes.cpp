#include "core/exporting/productnodes.h"

#include "core/exporting/factorize.h"
#include "core/exporting/unpacknodes.h"

#include <fmt/format.h>

namespace lathe {
namespace {

/// Collects steps from a shape to the matrix of an encoding.
class Layout {
public:
    explicit Layout(Shape shape) : m_first(shape), m_shape(std::move(shape)) {}
    Layout &reshape(const Shape &to)
    {
        if (to != m_shape)
            m_layout.steps.push_back({LayoutStep::Kind::Reshape, m_shape, to, {}});
        m_shape = to;
        return *this;
    }
    /// The last two of three dimensions.
    Layout &swap()
    {
        const Shape to{m_shape[0], m_shape[2], m_shape[1]};
        m_layout.steps.push_back({LayoutStep::Kind::Transpose, m_shape, to, {0, 2, 1}});
        m_shape = to;
        return *this;
    }
    void give(WeightSlot &slot) const
    {
        slot.shape = m_first;
        slot.layout = m_layout;
    }

private:
    Shape m_first, m_shape;
    WeightLayout m_layout;
};

/// W by broadcast products: [groups, out, ...] of each group's own, and what its outputs share as [groups, 1,
/// ...].
class Multiplier {
public:
    Multiplier(const FactorEncoding &encoding, const WeightSlot &root, const ExportTarget &target,
               const DecodeMatrix &decodeMatrix)
        : m_encoding(encoding), m_root(root), m_builder(target, root.prefix), m_decode(decodeMatrix),
          m_groups(encoding.groups)
    {
        for (size_t i = 0; i < encoding.factors.size(); ++i) {
            const std::string name = root.prefix + static_cast<char>(firstFactorSuffix + i);
            m_slots.push_back({name, name, ElementType::Float32, {}, {}});
        }
    }

    ProductNodes run()
    {
        place();
        std::string forms;
        for (size_t i = 0; i < m_slots.size(); ++i)
            forms += (i > 0 ? ", " : "") + decodeTo(m_encoding.factors[i], m_slots[i]);
        std::string form = fmt::format("factors ({})", forms);
        std::string value = product();
        if (!m_isMatrix)
            value = reshapeTo(m_builder, value, {m_encoding.factors.back().rows, cols()});
        if (m_encoding.residual) {
            const MatrixEncoding &residual = *m_encoding.residual;
            const std::string name = m_root.prefix + residualSuffix;
            m_slots.push_back({name, name, ElementType::Float32, {residual.rows, residual.cols}, {}});
            form += " + " + decodeTo(residual, m_slots.back());
            value = m_builder.node("Add", {value, name});
        }
        value = undoLayout(m_builder, value, m_root);
        if (m_root.type != ElementType::Float32)
            value = castTo(m_builder, value, m_root.type);
        return {m_builder.finish(value, m_root.name), form + ", multiplied on loading", m_slots};
    }

private:
    void place()
    {
        const auto &factors = m_encoding.factors;
        const Index out = factors.back().rows / m_groups;
        const Index shared = factors[0].rows / m_groups;
        const Shape first{factors[0].rows, factors[0].cols};
        const Shape last{factors.back().rows, factors.back().cols};
        switch (m_encoding.form) {
        case FactorForm::Product:
            m_isMatrix = m_groups == 1;
            if (m_isMatrix) {
                Layout(first).give(m_slots[0]);
                Layout(last).give(m_slots[1]);
            } else {
                Layout({m_groups, shared, first[1]}).reshape(first).give(m_slots[0]);
                Layout({m_groups, out, last[1]}).reshape(last).give(m_slots[1]);
            }
            break;
        case FactorForm::Spatial:
            placeShared(0);
            Layout({m_groups, out, shared, last[1] / shared}).reshape(last).give(m_slots[1]);
            break;
        case FactorForm::Tucker2: {
            placeShared(0);
            const Shape core{factors[1].rows, factors[1].cols};
            Layout({m_groups, core[0] / m_groups, core[1]}).reshape(core).give(m_slots[1]);
            Layout({m_groups, out, last[1]}).reshape(last).give(m_slots[2]);
            break;
        }
        case FactorForm::Separable:
            Layout({m_groups, 1, shared, first[1]}).reshape(first).give(m_slots[0]);
            Layout({m_groups, out, last[1], 1}).reshape(last).give(m_slots[1]);
            break;
        }
    }

    /// A factor of all outputs of a group, transposed: [groups, 1, cols, rows of a group].
    void placeShared(size_t factor)
    {
        const MatrixEncoding &f = m_encoding.factors[factor];
        const Index rows = f.rows / m_groups;
        Layout({m_groups, 1, f.cols, rows})
            .reshape({m_groups, f.cols, rows})
            .swap()
            .reshape({f.rows, f.cols})
            .give(m_slots[factor]);
    }

    std::string product()
    {
        const auto name = [&](size_t i) { return m_slots[i].name; };
        switch (m_encoding.form) {
        case FactorForm::Product:
        case FactorForm::Separable:
            break;
        case FactorForm::Spatial:
            return m_builder.node("MatMul", {name(0), name(1)});
        case FactorForm::Tucker2: {
            const Index out = m_encoding.factors[2].rows / m_groups;
            const Index mixed = m_encoding.factors[0].rows / m_groups;
            std::string value = m_builder.node("MatMul", {name(2), name(1)});
            value = reshapeTo(m_builder, value, {m_groups, out, mixed, m_encoding.factors[1].cols / mixed});
            return m_builder.node("MatMul", {name(0), value});
        }
        }
        return m_builder.node(m_encoding.form == FactorForm::Product ? "MatMul" : "Mul", {name(1), name(0)});
    }

    /// Of the weight matrix.
    Index cols() const
    {
        const auto &factors = m_encoding.factors;
        const Index shared = factors[0].rows / m_groups;
        switch (m_encoding.form) {
        case FactorForm::Product:
            break;
        case FactorForm::Spatial:
        case FactorForm::Tucker2:
            return factors[0].cols * (factors[1].cols / shared);
        case FactorForm::Separable:
            return shared * factors[0].cols;
        }
        return factors[0].cols;
    }

    std::string decodeTo(const MatrixEncoding &matrix, const WeightSlot &slot)
    {
        DecodeFragment decoded = m_decode(matrix, slot);
        m_builder.append(std::move(decoded.fragment));
        return decoded.form;
    }

    const FactorEncoding &m_encoding;
    const WeightSlot &m_root;
    FragmentBuilder m_builder;
    const DecodeMatrix &m_decode;
    Index m_groups;
    bool m_isMatrix = false; ///< the product is a matrix already
    std::vector<WeightSlot> m_slots;
};

} // namespace

ProductNodes productNodes(const FactorEncoding &encoding, const WeightSlot &root, const ExportTarget &target,
                          const DecodeMatrix &decodeMatrix)
{
    return Multiplier(encoding, root, target, decodeMatrix).run();
}

} // namespace lathe
