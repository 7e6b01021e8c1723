#include "core/project/salvage.h"

#include <vector>

namespace lathe::project {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t deepest = 64; // levels; no project has as many, and the reader must not run out of stack

/// Builds the document from the parser's events, so that what came before a damage is there.
class Builder : public nlohmann::json_sax<Json> {
public:
    Json root;
    size_t damagedAt = 0;

    bool null() override { return add(nullptr); }
    bool boolean(bool value) override { return add(value); }
    bool number_integer(number_integer_t value) override { return add(value); }
    bool number_unsigned(number_unsigned_t value) override { return add(value); }
    bool number_float(number_float_t value, const string_t &) override { return add(value); }
    bool string(string_t &value) override { return add(std::move(value)); }
    bool binary(binary_t &) override { return false; }
    bool start_object(std::size_t) override { return open(Json::object()); }
    bool start_array(std::size_t) override { return open(Json::array()); }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }
    bool key(string_t &value) override
    {
        m_keys.back() = std::move(value);
        return true;
    }
    bool parse_error(std::size_t position, const std::string &, const nlohmann::detail::exception &) override
    {
        damagedAt = position;
        while (m_open.size() > 1)
            close();
        if (!m_open.empty())
            root = std::move(m_open.front());
        return false;
    }

private:
    bool add(Json value)
    {
        if (m_open.empty())
            root = std::move(value);
        else if (m_open.back().is_object())
            m_open.back()[m_keys.back()] = std::move(value);
        else
            m_open.back().push_back(std::move(value));
        return true;
    }
    bool open(Json value)
    {
        if (m_open.size() == deepest)
            return false;
        m_open.push_back(std::move(value));
        m_keys.emplace_back();
        return true;
    }
    bool close()
    {
        Json value = std::move(m_open.back());
        m_open.pop_back();
        m_keys.pop_back();
        return add(std::move(value));
    }

    std::vector<Json> m_open;
    std::vector<std::string> m_keys; ///< the one read last, of each open object
};

} // namespace

Salvaged salvage(std::string_view json)
{
    Builder builder;
    const bool whole = Json::sax_parse(json.begin(), json.end(), &builder);
    return {std::move(builder.root), whole, builder.damagedAt};
}

} // namespace lathe::project
