#include "core/archive/tensorplaces.h"

#include "core/base/error.h"

#include <algorithm>

namespace lathe {
namespace {

/// https://protobuf.dev/programming-guides/encoding
enum class Wire : unsigned { Varint = 0, Fixed64 = 1, Bytes = 2, Fixed32 = 5 };

struct Field {
    uint64_t number = 0;
    Wire wire = Wire::Varint;
    uint64_t value = 0; ///< of a Varint
    ByteView bytes;     ///< of Bytes
};

/// Field numbers of onnx.proto.
namespace field {
constexpr uint64_t modelGraph = 7, modelFunctions = 25, functionNode = 7;
constexpr uint64_t graphNode = 1, graphInitializer = 5, graphSparse = 15;
constexpr uint64_t nodeOutput = 2, nodeAttribute = 5;
constexpr uint64_t attributeTensor = 5, attributeGraph = 6, attributeTensors = 10, attributeGraphs = 11,
                   attributeSparse = 22;
constexpr uint64_t sparseValues = 1, sparseIndices = 2;
constexpr uint64_t tensorType = 2, tensorFloats = 4, tensorName = 8, tensorRaw = 9, tensorDoubles = 10;
} // namespace field

uint64_t wholeVarint(ByteReader &in)
{
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 70; shift += 7) {
        const uint64_t next = in.byte();
        if (shift < 64)
            value |= (next & 0x7FU) << shift;
        if (next < 0x80)
            return value;
    }
    throw Error(ErrorCode::MalformedData, Message::tr("A number is too large."));
}

Field nextField(ByteReader &in)
{
    const uint64_t tag = wholeVarint(in);
    Field field{tag >> 3U, static_cast<Wire>(tag & 7U), 0, {}};
    switch (field.wire) {
    case Wire::Varint:
        field.value = wholeVarint(in);
        break;
    case Wire::Fixed64:
        in.take(sizeof(uint64_t));
        break;
    case Wire::Bytes:
        field.bytes = in.take(wholeVarint(in));
        break;
    case Wire::Fixed32:
        in.take(sizeof(uint32_t));
        break;
    default:
        throw Error(ErrorCode::MalformedData, Message::tr("A field has an unknown form."));
    }
    return field;
}

std::string textOf(ByteView bytes)
{
    return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
}

class Search {
public:
    explicit Search(ByteView file) : m_file(file) {}

    void model(ByteView bytes)
    {
        for (ByteReader in(bytes); in.left() > 0;) {
            const Field f = nextField(in);
            if (f.number == field::modelGraph)
                graph(f.bytes);
            else if (f.number == field::modelFunctions)
                function(f.bytes);
        }
    }
    std::vector<TensorPlace> take() { return std::move(m_places); }

private:
    void function(ByteView bytes)
    {
        for (ByteReader in(bytes); in.left() > 0;)
            if (const Field f = nextField(in); f.number == field::functionNode)
                node(f.bytes);
    }
    void graph(ByteView bytes)
    {
        for (ByteReader in(bytes); in.left() > 0;) {
            const Field f = nextField(in);
            if (f.number == field::graphNode)
                node(f.bytes);
            else if (f.number == field::graphInitializer)
                tensor(f.bytes, {});
            else if (f.number == field::graphSparse)
                sparse(f.bytes, {});
        }
    }
    void node(ByteView bytes)
    {
        std::string output;
        for (ByteReader in(bytes); in.left() > 0;) {
            const Field f = nextField(in);
            if (f.number == field::nodeOutput && output.empty())
                output = textOf(f.bytes);
        }
        for (ByteReader in(bytes); in.left() > 0;)
            if (const Field f = nextField(in); f.number == field::nodeAttribute)
                attribute(f.bytes, output);
    }
    void attribute(ByteView bytes, const std::string &name)
    {
        for (ByteReader in(bytes); in.left() > 0;) {
            const Field f = nextField(in);
            if (f.number == field::attributeTensor || f.number == field::attributeTensors)
                tensor(f.bytes, name);
            else if (f.number == field::attributeGraph || f.number == field::attributeGraphs)
                graph(f.bytes);
            else if (f.number == field::attributeSparse)
                sparse(f.bytes, name);
        }
    }
    void sparse(ByteView bytes, const std::string &name)
    {
        for (ByteReader in(bytes); in.left() > 0;) {
            const Field f = nextField(in);
            if (f.number == field::sparseValues || f.number == field::sparseIndices)
                tensor(f.bytes, name);
        }
    }
    void tensor(ByteView bytes, const std::string &name)
    {
        TensorPlace place{name, ElementType::Undefined, 0, 0};
        for (ByteReader in(bytes); in.left() > 0;) {
            const Field f = nextField(in);
            if (f.number == field::tensorName && name.empty())
                place.name = textOf(f.bytes);
            else if (f.number == field::tensorType)
                place.type = static_cast<ElementType>(f.value);
            else if (f.wire == Wire::Bytes &&
                     (f.number == field::tensorRaw || f.number == field::tensorFloats ||
                      f.number == field::tensorDoubles)) {
                place.offset = static_cast<uint64_t>(f.bytes.data() - m_file.data());
                place.size = f.bytes.size();
            }
        }
        if (place.size > 0)
            m_places.push_back(std::move(place));
    }

    ByteView m_file;
    std::vector<TensorPlace> m_places;
};

} // namespace

std::vector<TensorPlace> tensorPlaces(ByteView onnxFile)
{
    Search search(onnxFile);
    try {
        search.model(onnxFile);
    } catch (const Error &) {
        // protobuf took the file, so this is a form of it (such as groups) that ONNX does not use
    }
    std::vector<TensorPlace> places = search.take();
    std::sort(places.begin(), places.end(),
              [](const TensorPlace &a, const TensorPlace &b) { return a.offset < b.offset; });
    return places;
}

} // namespace lathe
