#pragma once
// How long a model takes beside another one. Inside core/compress only.
#include "core/measure/testinputs.h"

#include <mutex>
#include <optional>

namespace lathe {

/// Of one model against others of the same inputs, on made-up inputs, in turns. May be used from several
/// threads, one of which measures at a time.
class ModelTime {
public:
    explicit ModelTime(Model original) : m_original(std::move(original)) {}
    /// Seconds of the other model divided by those of the first one, medians of runs in turns.
    /// @throws Error Unsupported where the model runs on no inputs that can be made up. @throws Cancelled
    double shareOf(const Model &other, const JobContext &ctx);

private:
    struct First {
        Session session;
        std::vector<Tensor> feed;
    };
    Model m_original;
    std::mutex m_mutex;
    std::optional<First> m_first; ///< empty: nothing was measured yet
};

} // namespace lathe
