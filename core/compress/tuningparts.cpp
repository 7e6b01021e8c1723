#include "core/compress/tuningparts.h"

#include "core/base/error.h"
#include "core/methods/encodingcheck.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <fmt/format.h>

namespace lathe::tuning {
namespace {

constexpr int64_t mostRows = int64_t(1) << 40;

constexpr std::array forms{
    std::pair("product", FactorForm::Product), std::pair("spatial", FactorForm::Spatial),
    std::pair("tucker2", FactorForm::Tucker2), std::pair("separable", FactorForm::Separable)};
constexpr std::array storages{std::pair("own", ElementType::Undefined),
                              std::pair("float16", ElementType::Float16),
                              std::pair("bfloat16", ElementType::BFloat16)};

template <class Table, class Value>
std::string nameIn(const Table &table, Value value)
{
    return std::ranges::find(table, value, [](const auto &entry) { return entry.second; })->first;
}

template <class Table>
auto valueIn(const Table &table, const Json &object, const char *key, const Arrays &arrays)
{
    const std::string name = textFrom(object, key, arrays);
    for (const auto &[known, value] : table)
        if (name == known)
            return value;
    arrays.refuse(Message::tr("says \"{}\" for \"{}\", which is not known", name, key));
}

template <class Values>
Tensor vectorOf(ElementType type, Shape shape, const Values &values)
{
    Tensor tensor = makeTensor(type, std::move(shape));
    std::memcpy(tensor.bytes.data(), values.data(), tensor.bytes.size());
    return tensor;
}

Tensor floats(const std::vector<float> &values)
{
    return vectorOf(ElementType::Float32, {std::ssize(values)}, values);
}

template <class T>
std::vector<T> vectorFrom(const Tensor &tensor)
{
    const std::span<const T> values = tensor.as<T>();
    return {values.begin(), values.end()};
}

class MatrixWriter {
public:
    MatrixWriter(const MatrixEncoding &matrix, std::string prefix, NpzFile &file)
        : m_matrix(matrix), m_prefix(std::move(prefix)), m_file(file)
    {
    }
    Json json()
    {
        m_json = {{"rows", m_matrix.rows}, {"cols", m_matrix.cols}, {"mask", !m_matrix.kept.empty()}};
        if (!m_matrix.kept.empty())
            put("kept", whole(m_matrix.kept));
        std::visit(*this, m_matrix.values);
        return std::move(m_json);
    }
    void operator()(const DenseValues &dense)
    {
        m_json["kind"] = "values";
        m_json["storage"] = nameIn(storages, dense.storage);
        put("values", vectorOf(ElementType::Float32, {m_matrix.rows, m_matrix.cols},
                               std::span(dense.values.data(), static_cast<size_t>(dense.values.size()))));
    }
    void operator()(const UniformCodes &codes)
    {
        m_json["kind"] = "uniform";
        m_json["bits"] = codes.bits;
        m_json["group"] = codes.scales.group;
        put("codes", whole(codes.codes));
        put("scales", floats(codes.scales.values));
        put("zero_points", floats(codes.zeroPoints));
    }
    void operator()(const CodebookCodes &codes)
    {
        m_json["kind"] = "codebook";
        m_json["bits"] = codes.bits;
        m_json["entries"] = codes.entries;
        m_json["rows_per_table"] = codes.rowsPerTable;
        m_json["scaled"] = !codes.scales.values.empty();
        m_json["group"] = codes.scales.group;
        put("codes", whole(codes.codes));
        put("tables", floats(codes.tables));
        if (!codes.scales.values.empty())
            put("scales", floats(codes.scales.values));
    }

private:
    Tensor whole(const std::vector<uint8_t> &values) const
    {
        return vectorOf(ElementType::UInt8, {m_matrix.rows, m_matrix.cols}, values);
    }
    void put(const char *part, Tensor tensor)
    {
        m_file.arrays.emplace_back(m_prefix + part, std::move(tensor));
    }

    const MatrixEncoding &m_matrix;
    std::string m_prefix;
    NpzFile &m_file;
    Json m_json;
};

class MatrixReader {
public:
    MatrixReader(const Json &json, std::string prefix, Arrays &arrays)
        : m_json(json), m_prefix(std::move(prefix)), m_arrays(arrays)
    {
    }
    MatrixEncoding matrix()
    {
        m_matrix.rows = number("rows", 1, mostRows);
        m_matrix.cols = number("cols", 1, mostRows);
        if (flag("mask"))
            m_matrix.kept = whole("kept");
        const std::string kind = textFrom(m_json, "kind", m_arrays);
        if (kind == "values")
            m_matrix.values = dense();
        else if (kind == "uniform")
            m_matrix.values = uniform();
        else if (kind == "codebook")
            m_matrix.values = codebook();
        else
            m_arrays.refuse(Message::tr("says \"{}\" for \"{}\", which is not known", kind, "kind"));
        return std::move(m_matrix);
    }

private:
    DenseValues dense()
    {
        const ElementType storage = valueIn(storages, m_json, "storage", m_arrays);
        const Tensor tensor = m_arrays.take(m_prefix + "values", ElementType::Float32);
        requireShape(tensor, "values");
        return {Eigen::Map<const Matrix>(tensor.as<float>().data(), m_matrix.rows, m_matrix.cols), storage};
    }
    UniformCodes uniform()
    {
        return {static_cast<int>(number("bits", 1, 8)),
                whole("codes"),
                {row("scales"), number("group", 0, mostRows)},
                row("zero_points")};
    }
    CodebookCodes codebook()
    {
        CodebookCodes codes;
        codes.bits = static_cast<int>(number("bits", 1, 8));
        codes.entries = number("entries", 2, 256);
        codes.rowsPerTable = number("rows_per_table", 0, mostRows);
        codes.scales.group = number("group", 0, mostRows);
        codes.codes = whole("codes");
        codes.tables = row("tables");
        if (flag("scaled"))
            codes.scales.values = row("scales");
        return codes;
    }
    std::vector<uint8_t> whole(const char *part)
    {
        const Tensor tensor = m_arrays.take(m_prefix + part, ElementType::UInt8);
        requireShape(tensor, part);
        return vectorFrom<uint8_t>(tensor);
    }
    std::vector<float> row(const char *part)
    {
        return vectorFrom<float>(m_arrays.take(m_prefix + part, ElementType::Float32));
    }
    void requireShape(const Tensor &tensor, const char *part) const
    {
        if (tensor.shape != Shape{m_matrix.rows, m_matrix.cols})
            m_arrays.refuse(Message::tr("has an array \"{}\" of shape {} where {} is said", m_prefix + part,
                                        shapeText(tensor.shape), shapeText({m_matrix.rows, m_matrix.cols})));
    }
    int64_t number(const char *key, int64_t low, int64_t high) const
    {
        return wholeFrom(m_json, key, low, high, m_arrays);
    }
    bool flag(const char *key) const
    {
        const auto found = m_json.find(key);
        if (found == m_json.end() || !found->is_boolean())
            m_arrays.refuse(Message::tr("does not say \"{}\" where it must", key));
        return found->get<bool>();
    }

    const Json &m_json;
    std::string m_prefix;
    Arrays &m_arrays;
    MatrixEncoding m_matrix;
};

Json factorsJson(const FactorEncoding &factors, const std::string &prefix, NpzFile &file)
{
    const KernelShape &kernel = factors.kernel;
    Json json{{"form", nameIn(forms, factors.form)},
              {"kernel", {kernel.out, kernel.in, kernel.height, kernel.width}},
              {"groups", factors.groups},
              {"residual", factors.residual.has_value()},
              {"factors", Json::array()}};
    const auto add = [&](const MatrixEncoding &matrix) {
        const std::string own = fmt::format("{}{}/", prefix, json["factors"].size());
        json["factors"].push_back(MatrixWriter(matrix, own, file).json());
    };
    for (const MatrixEncoding &factor : factors.factors)
        add(factor);
    if (factors.residual)
        add(*factors.residual);
    return json;
}

FactorEncoding factorsFrom(const Json &json, const std::string &prefix, Arrays &arrays)
{
    constexpr size_t most = 4;
    FactorEncoding factors;
    factors.form = valueIn(forms, json, "form", arrays);
    factors.groups = wholeFrom(json, "groups", 1, mostRows, arrays);
    const auto kernel = json.find("kernel"), residual = json.find("residual"), list = json.find("factors");
    if (kernel == json.end() || !kernel->is_array() || kernel->size() != 4 || residual == json.end() ||
        !residual->is_boolean() || list == json.end() || !list->is_array() || list->size() > most ||
        !std::ranges::all_of(*kernel, [](const Json &side) { return side.is_number_unsigned(); }))
        arrays.refuse(Message::tr("does not say what its factors are"));
    factors.kernel = {(*kernel)[0], (*kernel)[1], (*kernel)[2], (*kernel)[3]};
    for (size_t i = 0; i < list->size(); ++i)
        factors.factors.push_back(MatrixReader((*list)[i], fmt::format("{}{}/", prefix, i), arrays).matrix());
    if (residual->get<bool>() && !factors.factors.empty()) {
        factors.residual = std::move(factors.factors.back());
        factors.factors.pop_back();
    }
    return factors;
}

} // namespace

Arrays::Arrays(NpzFile &&file, std::string source) : m_source(std::move(source))
{
    for (auto &[name, tensor] : file.arrays)
        m_arrays.emplace(std::move(name), std::move(tensor));
}

Tensor Arrays::take(const std::string &name, ElementType type)
{
    auto node = m_arrays.extract(name);
    if (node.empty())
        refuse(Message::tr("holds no array \"{}\"", name));
    if (node.mapped().type != type)
        refuse(Message::tr("holds {} values in the array \"{}\", where {} is needed",
                           elementTypeName(node.mapped().type), name, elementTypeName(type)));
    return std::move(node.mapped());
}

void Arrays::requireEmpty() const
{
    if (!m_arrays.empty())
        refuse(Message::tr("holds an array \"{}\" that it does not speak of", m_arrays.begin()->first));
}

void Arrays::refuse(const Message &what) const
{
    throw Error(ErrorCode::MalformedData, Message::tr("{} {}.", m_source, what));
}

std::string escaped(const std::string &name)
{
    std::string text;
    for (const char c : name) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte > 0x20 && byte < 0x7f && byte != '%' && byte != '\\')
            text += c;
        else
            text += fmt::format("%{:02X}", byte);
    }
    return text;
}

std::string unescaped(const std::string &text, const Arrays &arrays)
{
    std::string name;
    for (size_t i = 0; i < text.size(); ++i) {
        unsigned value = 0;
        if (text[i] != '%') {
            name += text[i];
            continue;
        }
        const char *first = text.data() + i + 1;
        if (i + 2 >= text.size() || std::from_chars(first, first + 2, value, 16).ptr != first + 2)
            arrays.refuse(Message::tr("has a name \"{}\" that is none", text));
        name += static_cast<char>(value);
        i += 2;
    }
    if (escaped(name) != text)
        arrays.refuse(Message::tr("has a name \"{}\" that is none", text));
    return name;
}

Json codeJson(const LayerCode &code, const std::string &prefix, NpzFile &file)
{
    Json json{{"weight", nullptr}, {"bias_shift", code.biasShift.size() > 0}};
    if (code.weight) {
        if (const auto *matrix = std::get_if<MatrixEncoding>(code.weight.get()))
            json["weight"] = MatrixWriter(*matrix, prefix, file).json();
        else
            json["weight"] = factorsJson(std::get<FactorEncoding>(*code.weight), prefix, file);
    }
    if (code.biasShift.size() > 0)
        file.arrays.emplace_back(
            prefix + "bias_shift",
            makeTensor({code.biasShift.size()},
                       {code.biasShift.data(), static_cast<size_t>(code.biasShift.size())}));
    return json;
}

LayerCode codeFrom(const Json &json, const std::string &prefix, Arrays &arrays)
{
    const auto weight = json.find("weight"), shift = json.find("bias_shift");
    if (weight == json.end() || !(weight->is_null() || weight->is_object()) || shift == json.end() ||
        !shift->is_boolean())
        arrays.refuse(Message::tr("does not say what a layer carries"));
    LayerCode code;
    if (weight->is_object()) {
        Encoding encoding = weight->contains("form")
                                ? Encoding(factorsFrom(*weight, prefix, arrays))
                                : Encoding(MatrixReader(*weight, prefix, arrays).matrix());
        if (const Message fault = faultOf(encoding); !fault.empty())
            arrays.refuse(Message::tr("is wrong in \"{}\": it {}", prefix, fault));
        code.weight = std::make_shared<const Encoding>(std::move(encoding));
    }
    if (shift->get<bool>()) {
        const Tensor tensor = arrays.take(prefix + "bias_shift", ElementType::Float32);
        const std::span<const float> values = tensor.as<float>();
        if (values.empty() || !std::ranges::all_of(values, [](float v) { return std::isfinite(v); }))
            arrays.refuse(Message::tr("holds no numbers in \"{}\"", prefix + "bias_shift"));
        code.biasShift = Eigen::Map<const Vector>(values.data(), std::ssize(values));
    }
    return code;
}

int64_t wholeFrom(const Json &object, const char *key, int64_t low, int64_t high, const Arrays &arrays)
{
    const auto found = object.is_object() ? object.find(key) : object.end();
    if (!object.is_object() || found == object.end() || !found->is_number_unsigned() ||
        found->get<uint64_t>() < static_cast<uint64_t>(low) ||
        found->get<uint64_t>() > static_cast<uint64_t>(high))
        arrays.refuse(Message::tr("says no number for \"{}\" that it can be", key));
    return found->get<int64_t>();
}

std::string textFrom(const Json &object, const char *key, const Arrays &arrays)
{
    const auto found = object.is_object() ? object.find(key) : object.end();
    if (!object.is_object() || found == object.end() || !found->is_string())
        arrays.refuse(Message::tr("does not say \"{}\" where it must", key));
    return found->get<std::string>();
}

} // namespace lathe::tuning
