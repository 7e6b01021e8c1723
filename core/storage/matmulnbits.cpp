#include "core/storage/matmulnbits.h"

#include "core/onnx/graphindex.h"
#include "core/storage/wholecodes.h"

#include <algorithm>
#include <limits>

namespace lathe {
namespace {

constexpr int64_t smallestBlock = 16, largestBlock = 256;
constexpr int64_t broadcastingOpset = 7; ///< Add takes operands of different shapes from here on
constexpr int64_t exactAccuracy = 1;     ///< accuracy_level: products in float32
constexpr const char *opName = "MatMulNBits";

int64_t blocksOf(int64_t cols, int64_t block)
{
    return (cols + block - 1) / block;
}

/// Elements of a row that share a scale: the fewest bytes of codes, padding and scales. 0: none fits.
int64_t bestBlock(const IntegerCodes &codes, const MatrixEncoding &encoding, int bits)
{
    int64_t best = 0;
    int64_t fewest = std::numeric_limits<int64_t>::max();
    for (int64_t block = smallestBlock; block <= largestBlock; block *= 2) {
        if (codes.group > 0 && codes.group % block != 0)
            continue;
        const int64_t bytes = blocksOf(encoding.cols, block) * (block * bits / 8 + 4);
        if (bytes < fewest) {
            fewest = bytes;
            best = block;
        }
    }
    return best;
}

Message obstacle(const onnx::NodeProto &node, int weightInput, ElementType type, const ExportTarget &target)
{
    const bool isGemm = node.op_type() == "Gemm";
    if (!isGemm && node.op_type() != "MatMul")
        return Message::tr("MatMulNBits is a product and cannot do the work of {}", node.op_type());
    if (type != ElementType::Float32)
        return Message::tr("MatMulNBits has weights in float32, and the layer in {}", elementTypeName(type));
    if (weightInput != 1)
        return Message::tr(
            "its weight is the left operand of the product, and that of MatMulNBits is the right one");
    if (!isGemm)
        return {};
    const auto *alpha = findAttribute(node, "alpha");
    if (intAttribute(node, "transA", 0) != 0 || (alpha && alpha->f() != 1.0F))
        return Message::tr("it transposes its input or multiplies by a factor, which MatMulNBits does not");
    const bool hasBias = node.input_size() > 2 && !node.input(2).empty();
    if (hasBias && target.opset < broadcastingOpset)
        return Message::tr("Add spreads a bias over rows from opset 7 on only");
    return {};
}

class NBits {
public:
    NBits(const onnx::NodeProto &node, const MatrixEncoding &encoding, const WeightSlot &slot,
          const IntegerCodes &codes, int bits, int64_t block)
        : m_node(node), m_encoding(encoding), m_slot(slot), m_codes(codes), m_bits(bits), m_block(block),
          m_blocks(blocksOf(encoding.cols, block))
    {
    }

    ProductNode build()
    {
        add(m_slot.name, codes());
        add(m_slot.prefix + ".s", scales());
        onnx::NodeProto node = makeNode(opName, {m_node.input(0), m_slot.name, m_slot.prefix + ".s"}, {},
                                        {{"K", static_cast<int64_t>(m_encoding.cols)},
                                         {"N", static_cast<int64_t>(m_encoding.rows)},
                                         {"bits", static_cast<int64_t>(m_bits)},
                                         {"block_size", m_block},
                                         {"accuracy_level", exactAccuracy}});
        node.set_domain(runtimeDomain);
        node.set_name(m_node.name());
        if (!m_codes.isSigned) {
            add(m_slot.prefix + ".z", zeros());
            node.add_input(m_slot.prefix + ".z");
        }
        addBias(std::move(node));
        m_result.form = Message::tr("MatMulNBits {} bit, blocks of {}", m_bits, m_block);
        return std::move(m_result);
    }

private:
    void add(const std::string &name, const Tensor &tensor)
    {
        m_result.constants.constants.push_back(makeTensorProto(name, tensor));
    }

    /// Gemm's bias, added behind the product.
    void addBias(onnx::NodeProto product)
    {
        const bool hasBias =
            m_node.op_type() == "Gemm" && m_node.input_size() > 2 && !m_node.input(2).empty();
        if (!hasBias) {
            product.set_output(0, m_node.output(0));
            m_result.nodes.push_back(std::move(product));
            return;
        }
        product.set_output(0, m_slot.prefix + ".p");
        m_result.nodes.push_back(std::move(product));
        std::string bias = m_node.input(2);
        const auto *beta = findAttribute(m_node, "beta");
        if (beta && beta->f() != 1.0F) {
            add(m_slot.prefix + ".f", makeTensor({1}, std::vector{beta->f()}));
            m_result.nodes.push_back(makeNode("Mul", {bias, m_slot.prefix + ".f"}, m_slot.prefix + ".b"));
            bias = m_slot.prefix + ".b";
        }
        m_result.nodes.push_back(makeNode("Add", {m_slot.prefix + ".p", bias}, m_node.output(0)));
    }

    /// Signed codes are stored around the middle of the range, which is the operator's own zero point.
    int middle() const { return m_codes.isSigned ? 1 << (m_bits - 1) : 0; }
    size_t scaleOf(Index row, int64_t block) const
    {
        if (m_codes.scales.size() == 1)
            return 0;
        if (m_codes.group == 0)
            return static_cast<size_t>(row);
        const Index groups = m_encoding.cols / m_codes.group;
        return static_cast<size_t>(row * groups + block * m_block / m_codes.group);
    }

    Tensor codes() const
    {
        std::vector<int> padded;
        padded.reserve(static_cast<size_t>(m_encoding.rows * m_blocks * m_block));
        for (Index row = 0; row < m_encoding.rows; ++row)
            for (int64_t col = 0; col < m_blocks * m_block; ++col)
                padded.push_back(middle() +
                                 (col < m_encoding.cols
                                      ? m_codes.codes[static_cast<size_t>(row * m_encoding.cols + col)]
                                      : 0));
        return {ElementType::UInt8, {m_encoding.rows, m_blocks, m_block * m_bits / 8}, bytesOf(padded)};
    }

    std::vector<std::byte> bytesOf(const std::vector<int> &values) const
    {
        if (m_bits == 4)
            return packedNibbles(values);
        std::vector<std::byte> bytes;
        std::transform(values.begin(), values.end(), std::back_inserter(bytes),
                       [](int value) { return static_cast<std::byte>(value); });
        return bytes;
    }

    Tensor scales() const
    {
        std::vector<float> values;
        for (Index row = 0; row < m_encoding.rows; ++row)
            for (int64_t block = 0; block < m_blocks; ++block)
                values.push_back(m_codes.scales[scaleOf(row, block)]);
        return makeTensor({m_encoding.rows * m_blocks}, values);
    }

    /// Every row starts with a byte of its own.
    Tensor zeros() const
    {
        std::vector<int> values;
        for (Index row = 0; row < m_encoding.rows; ++row) {
            for (int64_t block = 0; block < m_blocks; ++block)
                values.push_back(m_codes.zeros[scaleOf(row, block)]);
            if (m_bits == 4 && m_blocks % 2 != 0)
                values.push_back(0);
        }
        const std::vector<std::byte> bytes = bytesOf(values);
        return {ElementType::UInt8, {static_cast<int64_t>(bytes.size())}, bytes};
    }

    const onnx::NodeProto &m_node;
    const MatrixEncoding &m_encoding;
    const WeightSlot &m_slot;
    const IntegerCodes &m_codes;
    int m_bits;
    int64_t m_block, m_blocks;
    ProductNode m_result;
};

/// Unpacks what NBits packs, from the model's constants alone.
class Reader {
public:
    Reader(const Model &model, int graph, const onnx::NodeProto &node)
        : m_model(model), m_graph(graph), m_node(node), m_rows(intAttribute(node, "N", 0)),
          m_cols(intAttribute(node, "K", 0)), m_bits(intAttribute(node, "bits", 4)),
          m_block(intAttribute(node, "block_size", 0))
    {
    }

    Matrix read() const
    {
        if (m_rows < 1 || m_cols < 1 || m_block < 1 || (m_bits != 4 && m_bits != 8))
            fail();
        const int64_t blocks = blocksOf(m_cols, m_block);
        const Tensor codes = constant(1, m_rows * blocks * m_block * m_bits / 8);
        const Tensor scales = constant(2, m_rows * blocks * 4);
        const int64_t zerosOfRow = (blocks * m_bits + 7) / 8;
        const bool hasZeros = m_node.input_size() > 3 && !m_node.input(3).empty();
        const Tensor zeros = hasZeros ? constant(3, m_rows * zerosOfRow) : Tensor{};
        Matrix weight(m_rows, m_cols);
        for (Index row = 0; row < m_rows; ++row)
            for (Index col = 0; col < m_cols; ++col) {
                const int64_t block = col / m_block;
                const int code = number(codes, row * blocks * m_block + col);
                const int zero =
                    hasZeros ? number(zeros, row * zerosOfRow * 8 / m_bits + block) : 1 << (m_bits - 1);
                weight(row, col) = scales.as<float>()[static_cast<size_t>(row * blocks + block)] *
                                   static_cast<float>(code - zero);
            }
        return weight;
    }

private:
    [[noreturn]] void fail() const
    {
        throw Error(ErrorCode::MalformedModel,
                    Message::tr("The constants of {} do not fit its attributes.", nodeLabel(m_node)));
    }
    Tensor constant(int input, int64_t bytes) const
    {
        const GraphIndex &index = *m_model.content().index;
        const auto found =
            m_node.input_size() > input ? index.find(m_graph, m_node.input(input)) : std::nullopt;
        if (!found || found->kind != Definition::Kind::Initializer)
            fail();
        const onnx::GraphProto &home = *index.graphs()[static_cast<size_t>(found->graph)].graph;
        Tensor tensor = readTensor(home.initializer(found->index), m_model.content());
        if (static_cast<int64_t>(tensor.bytes.size()) != bytes)
            fail();
        return tensor;
    }
    int number(const Tensor &tensor, int64_t index) const
    {
        if (m_bits == 8)
            return std::to_integer<int>(tensor.bytes[static_cast<size_t>(index)]);
        const int byte = std::to_integer<int>(tensor.bytes[static_cast<size_t>(index / 2)]);
        return index % 2 == 0 ? byte & 15 : byte >> 4;
    }

    const Model &m_model;
    int m_graph; ///< ordinal
    const onnx::NodeProto &m_node;
    Index m_rows, m_cols;
    int64_t m_bits, m_block;
};

} // namespace

bool takesCodes(const onnx::NodeProto &node)
{
    return node.op_type() == opName && node.domain() == runtimeDomain;
}

Possible<ProductNode> matMulNBits(const onnx::NodeProto &node, int weightInput, ElementType computeType,
                                  const MatrixEncoding &encoding, const WeightSlot &slot,
                                  const ExportTarget &target)
{
    const ElementType type = slot.type == ElementType::Float32 ? computeType : slot.type;
    Message why = obstacle(node, weightInput, type, target);
    if (!why.empty())
        return why;
    for (const int bits : {4, 8}) {
        const Possible<IntegerCodes> found = integerCodes(encoding, bits);
        if (const auto *codes = std::get_if<IntegerCodes>(&found)) {
            if (const int64_t block = bestBlock(*codes, encoding, bits); block > 0)
                return NBits(node, encoding, slot, *codes, bits, block).build();
            return Message::tr("its groups of {} are not made of blocks of 16 to 256 weights", codes->group);
        }
        why = std::get<Message>(found);
    }
    return why;
}

std::optional<Matrix> weightOfNBits(const Model &model, const std::string &codes)
{
    const GraphIndex &index = *model.content().index;
    for (const NodeRef ref : index.nodes()) {
        const onnx::NodeProto &node = index.node(ref);
        if (takesCodes(node) && node.input_size() > 1 && node.input(1) == codes)
            return Reader(model, ref.graph, node).read();
    }
    return std::nullopt;
}

} // namespace lathe
