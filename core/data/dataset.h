#pragma once
// Labelled (or unlabelled) data sets: a folder with dataset.json, or plain class folders.
#include "core/base/job.h"
#include "core/onnx/tensor.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lathe {

/// A decoded image, 8 bits, rows from the top, channels interleaved (BGR as OpenCV reads, or one grey
/// channel).
struct Image {
    int width = 0, height = 0, channels = 0;
    std::vector<uint8_t> pixels;
};

/// Formats (dataset.json, key "format"):
///  image_folder  one folder per class, classes in the order of "classes" or by name
///  image_list    "labels": file with lines `path class-index`; optional "classes": file (one name a line, or
///  `index ... name`) or list idx           "images", "labels": IDX files, plain or .gz numpy "inputs": x.npy
///  | data.npz | {"input name": "x.npy", ...}; "labels": y.npy, or array "labels" of the npz. First axis =
///  samples.
/// "splits": {"train": {...}, "test": {...}} overrides keys by part. A folder of class folders needs no
/// dataset.json. Unknown keys are refused by name.
class Dataset {
public:
    /// @param reference FOLDER[:SPLIT][#first|#second]; without a split "test" where there is one, else all.
    /// The halves have no sample in common and hold all classes alike; an odd sample goes to the first.
    /// @throws Error FileUnreadable, MalformedData (missing images named, label out of range, counts that
    /// differ, wrong shape)
    static Dataset open(const std::string &reference, const JobContext &ctx = {});

    /// Of a reference to one half that to the other; empty: it names no half.
    static std::string otherHalf(const std::string &reference);
    static std::string withoutHalf(const std::string &reference);

    Message description() const;   ///< "digits (test)"
    std::string reference() const; ///< what open() was given, made absolute
    std::string name() const;      ///< "digits:test", whichever half and wherever it lies
    size_t size() const;
    bool hasLabels() const;
    int label(size_t index) const;                   ///< class index; -1 without labels
    const std::vector<std::string> &classes() const; ///< names, may be empty
    bool holdsImages() const;                        ///< false: numpy tensors that need no preprocessing
    /// @throws Error FileUnreadable, MalformedData naming the file. @throws Cancelled. May be called from
    /// several threads.
    Image image(size_t index, const JobContext &ctx = {}) const;
    std::string sampleName(size_t index) const; ///< file name or "#12"
    /// Arrays of a numpy set by input name ("" when the set does not name its input): the whole array, first
    /// axis = samples.
    const std::vector<std::pair<std::string, Tensor>> &arrays() const;
    std::vector<std::string> splits() const;
    std::vector<size_t> secondHalf() const; ///< the samples that REFERENCE#second stands for
    Dataset subset(const std::vector<size_t> &indices) const; ///< under the same description and reference

    struct Source;
    explicit Dataset(std::shared_ptr<const Source> source);

private:
    std::shared_ptr<const Source> m_source;
};

} // namespace lathe
