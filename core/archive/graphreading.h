#pragma once
// What the next byte of an ONNX file may be. Inside core/archive only.
#include "core/archive/streamcoder.h"

#include <array>
#include <map>
#include <set>
#include <string>

namespace lathe {

/// Follows a protobuf message byte by byte. Any bytes will do: of what is no ONNX, less is foreseen.
class GraphReading {
public:
    /// What lets a byte be expected.
    enum Hint : size_t {
        SameAgain, ///< the last text of the same field
        LastOutput,
        NextOutput,   ///< the name that follows the last output in counting
        NextConstant, ///< a name that nodes read and nothing has defined so far
        Length        ///< as known from what was cut out
    };
    static constexpr size_t hints = 5;
    static constexpr uint32_t nothing = 256;
    static constexpr uint32_t paths = 4096;

    /// Begins a new file.
    void begin(std::vector<Hole> holes);
    void add(uint8_t byte);

    /// Kind of field, and of the part of it that comes next.
    uint32_t path() const { return m_path; }
    uint32_t position() const { return m_position; } ///< within the part
    uint64_t left() const { return m_left; }         ///< of a text
    /// Within a text of hexadecimal digits, of which the next one is not to be foreseen. Then its path
    /// differs.
    bool isDigest() const { return m_digits >= fewDigits; }
    uint32_t operators() const { return m_operators; }         ///< which the last nodes have; a hash
    uint32_t fields() const { return m_levels.back().fields; } ///< the last ones of the message
    /// By hint; `nothing` where it has none.
    const std::array<uint32_t, hints> &expected() const { return m_expected; }

private:
    enum class Part : uint8_t { Tag, Number, Length, Text, Fixed, Digest };
    enum class Kind : uint8_t {
        Other,
        Model,
        Graph,
        Node,
        Attribute,
        Tensor,
        Value,
        Type,
        TensorType,
        Shape,
        Dimension,
        Entry
    };
    struct Level {
        Kind kind = Kind::Other;
        uint64_t end = 0; ///< byte of the whole file
        uint32_t fields = 0;
    };

    static Kind inner(Kind outer, uint64_t field);
    bool isField(Kind kind, uint64_t field) const { return m_levels.back().kind == kind && m_field == field; }
    void begins(Part part, uint64_t left);
    bool number(uint8_t byte); ///< whether it is complete
    void tag();
    void length();
    void text();
    void skipHoles();
    void leave();
    void node();
    void foresee();
    void expect(Hint hint, const std::string &text);
    void expect(Hint hint, uint64_t number);

    std::vector<Hole> m_holes;
    size_t m_nextHole = 0;
    uint64_t m_at = 0, m_offset = 0; ///< of what is left; of the whole file
    std::vector<Level> m_levels{{}};
    Part m_part = Part::Tag;
    uint64_t m_field = 0, m_number = 0, m_left = 0;
    uint32_t m_position = 0, m_path = 0, m_operators = 0;
    std::array<uint32_t, hints> m_expected{};
    std::string m_text;
    std::map<uint32_t, std::string> m_last; ///< text by path
    std::string m_output, m_nextOutput;
    std::vector<std::string> m_inputs; ///< of the node
    std::set<std::string> m_defined;
    std::set<std::pair<std::string, std::string>> m_open; ///< group and name of what is not defined
    std::map<std::string, std::string> m_groupOf;         ///< the same by name
    static constexpr uint32_t fewDigits = 6;
    static constexpr size_t deepest = 64; ///< levels; no model has so many
    uint32_t m_digits = 0;                ///< hexadecimal ones, one after the other
    uint64_t m_tensorOverhead = 0, m_tensorStart = 0;
};

} // namespace lathe
