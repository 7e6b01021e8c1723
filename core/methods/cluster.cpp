#include "core/methods/kmeans1d.h"
#include "core/methods/methods.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace lathe {
namespace {

/// The rows of one codebook.
struct Rows {
    Index first = 0, count = 0;
};

/// A codebook for some rows, with codes for all of their elements.
Codebook codebookFor(const Matrix &weight, const ClusterSettings &settings, const std::vector<uint8_t> &kept,
                     const Matrix &importance, Rows rows, const JobContext &ctx)
{
    const Index from = rows.first * weight.cols();
    const Index size = rows.count * weight.cols();
    std::vector<float> values;
    std::vector<float> weights;
    for (Index i = from; i < from + size; ++i) {
        if (!kept.empty() && !kept[static_cast<size_t>(i)])
            continue;
        values.push_back(weight.data()[i]);
        if (importance.size() > 0)
            weights.push_back(importance.data()[i]);
    }
    KMeansOptions options;
    options.clusters = settings.clusters;
    options.init = settings.init;
    options.fixedZero = !kept.empty();
    Codebook book = kMeans1d(values, weights, options, ctx);
    if (kept.empty())
        return book;
    const auto zero = static_cast<uint8_t>(std::ranges::find(book.centers, 0.0F) - book.centers.begin());
    std::vector<uint8_t> codes(static_cast<size_t>(size), zero);
    size_t next = 0;
    for (Index i = 0; i < size; ++i)
        if (kept[static_cast<size_t>(from + i)])
            codes[static_cast<size_t>(i)] = book.codes[next++];
    book.codes = std::move(codes);
    return book;
}

} // namespace

MatrixEncoding cluster(const Matrix &weight, const ClusterSettings &settings, std::vector<uint8_t> kept,
                       const Matrix &importance, const JobContext &ctx)
{
    const Index perTable =
        settings.group > 0 ? std::min<Index>(settings.group, weight.rows()) : weight.rows();
    std::vector<Codebook> books;
    for (Index first = 0; first < weight.rows(); first += perTable) {
        ctx.throwIfCancelled();
        books.push_back(codebookFor(weight, settings, kept, importance,
                                    {first, std::min(perTable, weight.rows() - first)}, ctx));
    }
    CodebookCodes codes;
    codes.entries = 2;
    for (const Codebook &book : books)
        codes.entries = std::max(codes.entries, static_cast<Index>(book.centers.size()));
    codes.bits = std::bit_width(static_cast<unsigned>(codes.entries - 1));
    codes.rowsPerTable = perTable == weight.rows() ? 0 : perTable;
    for (const Codebook &book : books) {
        codes.codes.insert(codes.codes.end(), book.codes.begin(), book.codes.end());
        const auto start = codes.tables.size();
        codes.tables.insert(codes.tables.end(), book.centers.begin(), book.centers.end());
        codes.tables.resize(start + static_cast<size_t>(codes.entries),
                            book.centers.empty() ? 0.0F : book.centers.back());
    }
    return {weight.rows(), weight.cols(), std::move(kept), std::move(codes)};
}

} // namespace lathe
