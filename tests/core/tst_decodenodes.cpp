// Encodings of every kind, in every form that can store them, through ONNX Runtime: bit for bit.
#include "core/runtime/session.h"
#include "core/runtime/simplified.h"
#include "core/storage/codebookforms.h"
#include "core/storage/denseforms.h"
#include "core/storage/uniformforms.h"
#include "tests/support/encodingcases.h"
#include "tests/support/graphbuilder.h"

#include <QTest>
#include <set>

using namespace lathe;
using namespace lathe::test;

namespace {

using Content = EncodingCase::Content;

struct SlotCase {
    const char *name;
    Shape shape;
    WeightLayout layout;
    EncodingSize size;
};

LayoutStep reshaped(const Shape &from, const Shape &to)
{
    return {LayoutStep::Kind::Reshape, from, to, {}};
}
LayoutStep moved(const Shape &from, const Shape &to, const std::vector<int64_t> &permutation)
{
    return {LayoutStep::Kind::Transpose, from, to, permutation};
}

const std::vector<SlotCase> &slotCases()
{
    static const std::vector<SlotCase> cases{
        {"Gemm", {12, 36}, {}, {12, 36, 4}},
        {"Conv", {12, 4, 3, 3}, {{reshaped({12, 4, 3, 3}, {12, 36})}}, {12, 36, 12}},
        {"MatMul", {36, 12}, {{moved({36, 12}, {12, 36}, {1, 0})}}, {12, 36, 9}},
        {"stacked MatMul",
         {3, 20, 4},
         {{moved({3, 20, 4}, {3, 4, 20}, {0, 2, 1}), reshaped({3, 4, 20}, {12, 20})}},
         {12, 20, 5}},
        {"ConvTranspose",
         {5, 12, 2, 3},
         {{moved({5, 12, 2, 3}, {12, 5, 2, 3}, {1, 0, 2, 3}), reshaped({12, 5, 2, 3}, {12, 30})}},
         {12, 30, 6}},
        {"odd", {13, 7, 1, 3}, {{reshaped({13, 7, 1, 3}, {13, 21})}}, {13, 21, 7}},
    };
    return cases;
}

/// Graphs that decode, side by side in one model.
class Decoders {
public:
    Decoders(int opset, ElementType type) : m_type(type), m_target{opset, false, "_"}, m_builder(opset, 8) {}
    const ExportTarget &target() const { return m_target; }

    WeightSlot slot(const SlotCase &where) const
    {
        const std::string name = "w" + std::to_string(m_expected.size());
        return {name, "_" + name, m_type, where.shape, where.layout};
    }
    void add(const std::string &what, const Fragment &fragment, const WeightSlot &slot, const Matrix &decoded)
    {
        if (fragment.nodes.empty())
            return; // plain: nothing to run
        onnx::GraphProto &graph = *m_builder.proto().mutable_graph();
        for (const onnx::NodeProto &node : fragment.nodes)
            *graph.add_node() = node;
        for (const onnx::TensorProto &constant : fragment.constants)
            *graph.add_initializer() = constant;
        for (const auto &[name, constant] : fragment.shared) {
            const auto [there, added] = m_shared.try_emplace(name, constant.SerializeAsString());
            if (added)
                *graph.add_initializer() = constant;
            else if (there->second != constant.SerializeAsString())
                m_clash = name;
        }
        m_builder.output(slot.name, slot.shape, slot.type);
        if (decoded.size() == 0)
            return; // only to be run
        m_expected.push_back(fromFloats(slot.type, slot.shape, matrixToConstant(slot.layout, decoded)));
        m_what.push_back(what);
    }
    /// A product of an input with the value `weight`, and no other output.
    Model product(const std::string &weight, const Shape &in)
    {
        m_builder.proto().mutable_graph()->clear_output();
        return m_builder.input("x", in).output("y").node("MatMul", {"x", weight}, {"y"}).build();
    }
    /// @returns what is wrong; empty: nothing.
    QString wrong() const
    {
        if (!m_clash.empty())
            return QString("two shared constants have the name %1").arg(m_clash.c_str());
        const Model model = m_builder.build();
        for (const bool optimize : {true, false}) {
            SessionOptions options;
            options.optimize = optimize;
            const std::vector<Tensor> found = Session(model, options).run({});
            for (size_t i = 0; i < found.size(); ++i)
                if (found[i].type != m_expected[i].type || found[i].shape != m_expected[i].shape ||
                    found[i].bytes != m_expected[i].bytes)
                    return QString("%1, optimized: %2").arg(m_what[i].c_str()).arg(optimize);
        }
        return {};
    }

private:
    ElementType m_type;
    ExportTarget m_target;
    GraphBuilder m_builder;
    std::map<std::string, std::string> m_shared;
    std::string m_clash;
    std::vector<Tensor> m_expected;
    std::vector<std::string> m_what;
};

/// Every form that is offered, not the smallest alone.
int addEveryForm(Decoders &decoders, const std::string &what, const MatrixEncoding &encoding,
                 const SlotCase &where)
{
    int added = 0;
    WeightSlot slot = decoders.slot(where);
    const Matrix decoded = plainlyDecoded(encoding);
    const auto addAll = [&](const auto &forms) {
        for (const Candidate &candidate : forms.candidates()) {
            slot = decoders.slot(where);
            decoders.add(what + ", " + candidate.form.text(), candidate.build(), slot, decoded);
            ++added;
        }
    };
    const ExportTarget &target = decoders.target();
    if (std::holds_alternative<UniformCodes>(encoding.values))
        addAll(UniformForms(encoding, slot, target));
    if (const auto ternary = asTernary(encoding))
        addAll(UniformForms(*ternary, slot, target));
    if (std::holds_alternative<CodebookCodes>(encoding.values))
        addAll(CodebookForms(encoding, slot, target));
    if (const auto *dense = std::get_if<DenseValues>(&encoding.values))
        addAll(DenseForms(dense->values, dense->storage, slot, target));
    return added;
}

const EncodingCase &encodingCase(const QString &name)
{
    return *std::ranges::find_if(encodingCases(), [&](const EncodingCase &c) { return name == c.name; });
}

int fewestBits(const EncodingCase &wanted)
{
    return wanted.content == Content::Codebook && wanted.kept < 1.0 ? 2 : 1;
}
int mostBits(const EncodingCase &wanted)
{
    return wanted.content == Content::Dense || wanted.content == Content::Binary ? fewestBits(wanted) : 8;
}

} // namespace

class TstDecodeNodes : public QObject {
    Q_OBJECT
private slots:
    void everyForm_isBitExact_data();
    void everyForm_isBitExact();
    void oddSizes_areBitExact_data();
    void oddSizes_areBitExact();
    void zeroMatrix_isBitExact();
    void noCodeForZero_isStoredOtherwise();
    void fixedTable_isSharedByLayers();
    void size_isNearTheory_data();
    void size_isNearTheory();
    void smallestForm_isChosen_data();
    void smallestForm_isChosen();
    void unpacking_isFoldedOnLoading_data();
    void unpacking_isFoldedOnLoading();
};

void TstDecodeNodes::everyForm_isBitExact_data()
{
    QTest::addColumn<int>("opset");
    QTest::addColumn<int>("type");
    QTest::addColumn<int>("slot");
    const auto add = [](int opset, ElementType type, size_t slot) {
        if (canDecode({opset, false, "_"}, type))
            QTest::addRow("opset %d, %s, %s", opset, elementTypeName(type).c_str(), slotCases()[slot].name)
                << opset << static_cast<int>(type) << static_cast<int>(slot);
    };
    size_t slot = 0; // each row takes a second; slots take turns
    for (const int opset : {7, 9, 11, 13, 17, 21}) {
        for (const ElementType type : {ElementType::Float16, ElementType::BFloat16, ElementType::Float64})
            add(opset, type, slot++ % slotCases().size());
        ++slot;
        add(opset, ElementType::Float32, slot % slotCases().size());
    }
    for (slot = 0; slot < slotCases().size(); ++slot)
        add(slot % 2 == 0 ? 10 : 14, ElementType::Float32, slot);
}

void TstDecodeNodes::everyForm_isBitExact()
{
    QFETCH(int, opset);
    QFETCH(int, type);
    QFETCH(int, slot);
    const SlotCase &where = slotCases()[static_cast<size_t>(slot)];
    Decoders decoders(opset, static_cast<ElementType>(type));
    int next = slot + opset + type;
    for (const EncodingCase &wanted : encodingCases())
        for (int i = 0; i < 2; ++i, next += 3) {
            const int bits = fewestBits(wanted) + next % (mostBits(wanted) - fewestBits(wanted) + 1);
            const MatrixEncoding encoding =
                randomEncoding(wanted, where.size, bits, static_cast<unsigned>(next));
            const std::string what = wanted.name + (", " + std::to_string(bits) + " bits");
            QVERIFY2(addEveryForm(decoders, what, encoding, where) > 0, what.c_str());
        }
    const QString wrong = decoders.wrong();
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
}

void TstDecodeNodes::oddSizes_areBitExact_data()
{
    QTest::addColumn<int>("rows");
    QTest::addColumn<int>("cols");
    QTest::addColumn<int>("group");
    QTest::addColumn<int>("opset");
    for (const int opset : {7, 13}) {
        QTest::addRow("one row, opset %d", opset) << 1 << 40 << 8 << opset;
        QTest::addRow("one column, opset %d", opset) << 40 << 1 << 1 << opset;
        QTest::addRow("one element, opset %d", opset) << 1 << 1 << 1 << opset;
        QTest::addRow("whole rows as groups, opset %d", opset) << 9 << 31 << 31 << opset;
        QTest::addRow("groups of one, opset %d", opset) << 9 << 31 << 1 << opset;
        QTest::addRow("many rows, opset %d", opset) << 601 << 6 << 3 << opset;
    }
}

void TstDecodeNodes::oddSizes_areBitExact()
{
    QFETCH(int, rows);
    QFETCH(int, cols);
    QFETCH(int, group);
    QFETCH(int, opset);
    const SlotCase where{
        "", {cols, rows}, {{moved({cols, rows}, {rows, cols}, {1, 0})}}, {rows, cols, group}};
    Decoders decoders(opset, ElementType::Float32);
    for (const EncodingCase &wanted : encodingCases())
        for (const int bits : {2, 3, 8})
            addEveryForm(decoders, wanted.name, randomEncoding(wanted, where.size, bits, 3), where);
    const QString wrong = decoders.wrong();
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
}

/// Nothing is kept, or what is kept is zero too.
void TstDecodeNodes::zeroMatrix_isBitExact()
{
    for (const int opset : {7, 13}) {
        Decoders decoders(opset, ElementType::Float32);
        for (EncodingCase wanted : encodingCases()) {
            wanted.kept = wanted.kept < 1.0 ? 0.0 : 1.0;
            for (const SlotCase &where : slotCases()) {
                MatrixEncoding encoding = randomEncoding(wanted, where.size, 3, 3);
                if (auto *codes = std::get_if<UniformCodes>(&encoding.values);
                    codes && wanted.content == Content::Uniform) {
                    codes->zeroPoints.assign(codes->zeroPoints.size(), 5.0F);
                    codes->codes.assign(codes->codes.size(), 5);
                }
                addEveryForm(decoders, wanted.name, encoding, where);
            }
        }
        const QString wrong = decoders.wrong();
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    }
}

/// A full table without a zero, though some elements are not kept: no method makes it, but it may be made.
void TstDecodeNodes::noCodeForZero_isStoredOtherwise()
{
    CodebookCodes codes{2, std::vector<uint8_t>(400 * 300, 3), 4, 0, {-2.0F, -1.0F, 1.0F, 2.0F}, {}};
    MatrixEncoding encoding{400, 300, std::vector<uint8_t>(400 * 300, 1), codes};
    for (size_t i = 0; i < encoding.kept.size(); ++i)
        encoding.kept[i] = i % 3 == 0 ? 1 : 0;
    const SlotCase where{"", {400, 300}, {}, {}};
    for (const int entries : {4, 3}) {
        std::get<CodebookCodes>(encoding.values).entries = entries;
        if (entries == 3)
            std::get<CodebookCodes>(encoding.values).codes.assign(400 * 300, 2);
        Decoders decoders(13, ElementType::Float32);
        const WeightSlot slot = decoders.slot(where);
        const DecodeFragment smallest = smallestFragment(encoding, slot, decoders.target());
        QCOMPARE(smallest.form.text(), std::string(entries == 4 ? "mask + values" : "mask + codebook 2 bit"));
        decoders.add(smallest.form.text(), smallest.fragment, slot, plainlyDecoded(encoding));
        const QString wrong = decoders.wrong();
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    }
}

void TstDecodeNodes::fixedTable_isSharedByLayers()
{
    const EncodingCase wanted{"", Content::Codebook, EncodingCase::Scale::Group};
    MatrixEncoding encoding = randomEncoding(wanted, {64, 64, 32}, 4, 3);
    const ExportTarget target{13, false, "_"};
    std::set<std::string> names;
    for (const char *name : {"a", "b"}) {
        const WeightSlot slot{name, name, ElementType::Float32, {64, 64}, {}};
        for (const auto &[key, constant] : smallestFragment(encoding, slot, target).fragment.shared)
            if (constant.dims_size() == 1 &&
                constant.dims(0) == std::get<CodebookCodes>(encoding.values).entries)
                names.insert(key);
        std::get<CodebookCodes>(encoding.values).codes[0] ^= 1;
    }
    QCOMPARE(names.size(), size_t{1});
    std::get<CodebookCodes>(encoding.values).tables[0] -= 1.0F;
    const WeightSlot slot{"c", "c", ElementType::Float32, {64, 64}, {}};
    for (const auto &[key, constant] : smallestFragment(encoding, slot, target).fragment.shared)
        QVERIFY(!names.contains(key));
}

void TstDecodeNodes::size_isNearTheory_data()
{
    QTest::addColumn<int>("wanted");
    QTest::addColumn<int>("opset");
    QTest::addColumn<int>("bits");
    for (const int opset : {9, 13})
        for (const int bits : {2, 3, 4, 8})
            for (size_t i = 0; i < encodingCases().size(); ++i)
                if (opset >= oldestBFloat16Opset || encodingCases()[i].storage != ElementType::BFloat16)
                    QTest::addRow("%s, %d bits, opset %d", encodingCases()[i].name, bits, opset)
                        << static_cast<int>(i) << opset << bits;
}

/// With some 50 layers in a model, this is what "within 2 % and 30 kB" leaves for each.
void TstDecodeNodes::size_isNearTheory()
{
    QFETCH(int, wanted);
    QFETCH(int, opset);
    QFETCH(int, bits);
    constexpr double share = 1.02;
    constexpr double ofALayer = 550.0;
    constexpr double runningCounts = 4.0 / 256.0; // bytes for each element of a mask before opset 11
    constexpr double nodesThatCount = 250.0;
    const SlotCase where{"", {100, 64, 3, 3}, {{reshaped({100, 64, 3, 3}, {100, 576})}}, {100, 576, 32}};
    const EncodingCase &encodingCase = encodingCases()[static_cast<size_t>(wanted)];
    const MatrixEncoding encoding = randomEncoding(encodingCase, where.size, bits, 3);
    const ExportTarget target{opset, false, "_"};
    const WeightSlot slot{"layer.weight", "_10", ElementType::Float32, where.shape, where.layout};
    const DecodeFragment smallest = smallestFragment(encoding, slot, target);
    const auto bytes = static_cast<double>(fileBytes(smallest.fragment, target));
    const auto theory = static_cast<double>(theoreticalBits(encoding)) / 8.0;
    const bool counts = opset < 11 && !encoding.kept.empty();
    const double allowed =
        theory * share + ofALayer +
        (counts ? nodesThatCount + runningCounts * static_cast<double>(encoding.kept.size()) : 0.0);
    QVERIFY2(
        bytes <= allowed,
        qPrintable(
            QString("%1: %2 bytes against %3").arg(smallest.form.text().c_str()).arg(bytes).arg(theory)));
}

void TstDecodeNodes::smallestForm_isChosen_data()
{
    QTest::addColumn<QString>("wanted");
    QTest::addColumn<QString>("form");
    QTest::addRow("groups") << "groups"
                            << "codes 4 bit";
    QTest::addRow("groups, pruned") << "groups, pruned"
                                    << "mask + codes 4 bit";
    QTest::addRow("groups, few") << "groups, nearly all pruned"
                                 << "gaps + codes 4 bit";
    QTest::addRow("binary") << "binary"
                            << "codes 1 bit";
    QTest::addRow("binary, zeros") << "binary, zero channels"
                                   << "codes 1 bit";
    QTest::addRow("ternary") << "ternary"
                             << "mask + codes 1 bit";
    QTest::addRow("ternary, few") << "ternary, few"
                                  << "gaps + codes 2 bit";
    QTest::addRow("codebook") << "codebook"
                              << "codebook 4 bit";
    QTest::addRow("codebook, pruned") << "codebook, pruned"
                                      << "mask + codebook 4 bit";
    QTest::addRow("codebook, few") << "codebook, nearly all pruned"
                                   << "gaps + codebook 4 bit";
    QTest::addRow("codebooks, few") << "codebooks, nearly all pruned"
                                    << "gaps + codebook 4 bit";
    QTest::addRow("float16") << "float16"
                             << "plain float16";
    QTest::addRow("bfloat16") << "bfloat16"
                              << "plain bfloat16";
    QTest::addRow("float16, pruned") << "float16, pruned"
                                     << "mask + values";
}

void TstDecodeNodes::smallestForm_isChosen()
{
    QFETCH(QString, wanted);
    QFETCH(QString, form);
    const MatrixEncoding encoding = randomEncoding(encodingCase(wanted), {200, 512, 64}, 4, 3);
    const ExportTarget target{13, false, "_"};
    const WeightSlot slot{"w", "_0", ElementType::Float32, {200, 512}, {}};
    QCOMPARE(QString::fromStdString(smallestFragment(encoding, slot, target).form.text()), form);
}

void TstDecodeNodes::unpacking_isFoldedOnLoading_data()
{
    QTest::addColumn<QString>("wanted");
    QTest::addColumn<int>("opset");
    for (const int opset : {9, 13})
        for (const char *name :
             {"groups, asymmetric", "groups, asymmetric, pruned", "codebook", "codebooks, nearly all pruned",
              "codebooks, fewer rows for the last", "codebook, groups", "float16"})
            QTest::addRow("%s, opset %d", name, opset) << QString(name) << opset;
}

/// Of all nodes that unpack, the runtime leaves none to be run: the weight is there when it has loaded.
void TstDecodeNodes::unpacking_isFoldedOnLoading()
{
    QFETCH(QString, wanted);
    QFETCH(int, opset);
    constexpr int64_t size = 256;
    const SlotCase where{"", {size, size}, {}, {size, size, 64}};
    Decoders decoders(opset, ElementType::Float32);
    const MatrixEncoding encoding = randomEncoding(encodingCase(wanted), where.size, 3, 3);
    const WeightSlot slot = decoders.slot(where);
    decoders.add("", smallestFragment(encoding, slot, decoders.target()).fragment, slot, {});
    const Model model = decoders.product(slot.name, {1, size});
    QVERIFY(model.operatorCounts().size() > 1);
    QCOMPARE(simplifiedByRuntime(model).operatorCounts(), (std::map<std::string, int>{{"MatMul", 1}}));
}

QTEST_GUILESS_MAIN(TstDecodeNodes)
#include "tst_decodenodes.moc"
