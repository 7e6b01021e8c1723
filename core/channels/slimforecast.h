#pragma once
// What a model takes without some of its channels, told without making it.
#include "core/rewrite/channelgroups.h"

#include <memory>
#include <optional>
#include <span>

namespace lathe {

/// Keeps of every axis how much is left while channels go and come back. MACs are those of the model that
/// slim() makes; bytes are those of its stored constants, but for the few whole numbers that nodes are told
/// new shapes by.
class SlimForecast {
public:
    enum class Cost { Macs, Bytes };

    /// The model must outlive it.
    SlimForecast(const Model &model, const ChannelGroups &groups);
    ~SlimForecast();
    SlimForecast(SlimForecast &&) noexcept;

    /// Whether something is left of every axis without these, too: slim() refuses other choices.
    bool canRemove(size_t group, std::span<const size_t> channels) const;
    /// @param channels that are there
    void remove(size_t group, std::span<const size_t> channels);
    /// @param channels that have been removed
    void putBack(size_t group, std::span<const size_t> channels);

    int64_t of(Cost cost) const;
    int64_t ofWhole(Cost cost) const; ///< with all channels, of the model or of what stands for it
    /// Another one that this was made from is the whole.
    void setWhole(const Model &origin);
    /// What less there would be without these.
    int64_t saved(Cost cost, size_t group, std::span<const size_t> channels);

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

/// Bytes of all numbers that the file stores as constants.
int64_t storedBytes(const Model &model);

} // namespace lathe
