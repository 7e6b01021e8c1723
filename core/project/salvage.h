#pragma once
#include <nlohmann/json.hpp>

namespace lathe::project {

struct Salvaged {
    nlohmann::ordered_json value; ///< what was read; of unfinished objects and lists their finished parts
    bool whole = false;
    size_t damagedAt = 0; ///< byte; where not whole
};

/// Reads JSON up to its end or to the first place that is no JSON.
Salvaged salvage(std::string_view json);

} // namespace lathe::project
