#pragma once
// A model that lost channels, as wide as it was: the same figures without another graph.
#include "core/compress/compressor.h"

#include <list>
#include <map>
#include <mutex>

namespace lathe {

/// Remembers the layers that it has made, so that one whose weights stay the same is the same encoding.
/// May be used from several threads.
class MaskedModels {
public:
    /// The model whose layers are those of Narrowing::wide with what `compressed` carries, zeros where
    /// channels are read that went; another model (a narrowing of null) as it is. It gives the same outputs
    /// within rounding, where isMaskable().
    CompressedModel masked(const CompressedModel &compressed);

private:
    struct Known {
        std::shared_ptr<const Encoding> from;      ///< null: the plain weight of a narrow model
        std::vector<std::vector<int64_t>> removed; ///< places that it depends on, by axis of the constant
        std::shared_ptr<const Encoding> made;
    };
    std::mutex m_mutex;
    const Model::Content *m_wide = nullptr;     ///< whose layers are known
    std::vector<ChannelRefit> m_refits;         ///< with which they are
    std::map<size_t, std::list<Known>> m_known; ///< by layer, most recent first
};

/// Whether layers that ignore the channels are the same as a model without them: none that go is mixed with
/// others by anything but weights.
bool isMaskable(const Narrowing &narrowing);
/// The same of a model; none where nothing went, nor where constants were trained in its narrow form.
bool isMaskable(const CompressedModel &compressed);

/// The same model as wide as before, each layer's weight in a code in which what reads channels that went is
/// not kept, so that it can be fitted like a pruned one. For models whose layers carry nothing of their own.
CompressedModel widened(const CompressedModel &narrow);
/// What such a model carries, for the narrow one that it was made of.
/// @param constants of the wide model @param source of the tuning
std::shared_ptr<const Tuning> narrowedTuning(const CompressedModel &wide, const CompressedModel &narrow,
                                             const Tuning::Constants &constants, Tuning::Source source);

/// The layers whose masked form can change with the settings of some: themselves, and all that read channels
/// with them.
std::vector<size_t> changedWith(const Narrowing &narrowing, const std::vector<size_t> &layers);

} // namespace lathe
