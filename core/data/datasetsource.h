#pragma once
// The formats behind a Dataset; inside core/evaluate only.
#include "core/data/dataset.h"

#include <nlohmann/json_fwd.hpp>

namespace lathe {

struct Dataset::Source {
    Message description;
    std::string reference;
    std::vector<std::string> splits;
    std::vector<std::string> classes;
    std::vector<int> labels; ///< empty: unlabelled

    virtual ~Source() = default;
    virtual size_t size() const = 0;
    virtual bool holdsImages() const { return true; }
    virtual Image image(size_t index, const JobContext &ctx) const = 0;
    virtual std::string sampleName(size_t index) const { return "#" + std::to_string(index); }
    virtual const std::vector<std::pair<std::string, Tensor>> &arrays() const;
};

/// What dataset.json says of one split, in the order of need: where, which keys, for which sentence.
class DatasetDescription {
public:
    /// @param keys the merged keys of the split; `file` names dataset.json in sentences.
    DatasetDescription(std::filesystem::path folder, std::filesystem::path file, const nlohmann::json &keys);
    ~DatasetDescription();
    DatasetDescription(DatasetDescription &&) noexcept;
    const std::filesystem::path &folder() const { return m_folder; }
    bool has(const char *key) const;
    const nlohmann::json &value(const char *key) const; ///< refused by name when missing
    std::string text(const char *key) const;            ///< refused by name when missing or no text
    std::filesystem::path path(const char *key) const;  ///< of a text, inside folder()
    std::vector<std::string> classes() const;           ///< list or file; empty when there is none
    [[noreturn]] void refuse(const Message &reason) const;

private:
    std::filesystem::path m_folder;
    std::filesystem::path m_file;
    std::unique_ptr<nlohmann::json> m_keys;
};

std::shared_ptr<Dataset::Source> openImageFolder(const DatasetDescription &description,
                                                 const JobContext &ctx);
/// A folder without dataset.json: class folders, or images without labels.
std::shared_ptr<Dataset::Source> openPlainFolder(const std::filesystem::path &folder, const JobContext &ctx);
std::shared_ptr<Dataset::Source> openImageList(const DatasetDescription &description, const JobContext &ctx);
std::shared_ptr<Dataset::Source> openIdx(const DatasetDescription &description, const JobContext &ctx);
std::shared_ptr<Dataset::Source> openNumpy(const DatasetDescription &description, const JobContext &ctx);

/// Some of the samples, under the name of the whole.
std::shared_ptr<Dataset::Source> subsetOf(std::shared_ptr<const Dataset::Source> whole,
                                          std::vector<size_t> indices);
enum class DatasetHalf { Whole, First, Second };
/// The samples of a half, as they stand in the set. @param labels empty: none
std::vector<size_t> indicesOfHalf(size_t size, const std::vector<int> &labels, DatasetHalf half);
/// Every second sample of a set that is ordered by class, so that both halves hold all classes alike: the
/// halves have no sample in common and differ by one at most.
std::shared_ptr<Dataset::Source> halfOf(std::shared_ptr<const Dataset::Source> whole, DatasetHalf half);

/// By its ending.
bool isImageName(const std::filesystem::path &path);
/// Sub-folders by name, hidden ones left out; whole numbers in numeric order.
std::vector<std::filesystem::path> subfolders(const std::filesystem::path &folder);
bool holdsImageFiles(const std::filesystem::path &folder);

/// @throws Error MalformedData naming the file, the sample and the class
void checkLabels(const Dataset::Source &source, const Message &file);

} // namespace lathe
