#include "core/exporting/weightcheck.h"

#include "core/exporting/decodedhash.h"
#include "core/exporting/metadata.h"
#include "core/exporting/outputdifference.h"
#include "core/exporting/storedvalues.h"
#include "core/model/graphindex.h"
#include "core/model/proto.h"

#include <fmt/format.h>
#include <functional>

namespace lathe {
namespace {

using Result = CertificateCheck::Result;
constexpr const char *checkName = "stored weights";
constexpr double productTolerance = 1e-5; ///< relative; two libraries add up in another order

/// One constant that was compressed or corrected.
struct Constant {
    std::string name;
    std::string layer;
    const char *what = "weight";
    WeightLayout layout;    ///< from the constant to the matrix
    bool isProduct = false; ///< of factors, multiplied on loading
};

std::vector<Constant> constantsOf(const BuiltModel &dense, const CompressedModel &compressed)
{
    std::vector<Constant> constants;
    for (size_t i = 0; i < dense.layers.size(); ++i) {
        const LayerStorage &storage = dense.layers[i];
        const std::string &layer = compressed.source.layers()[i].name;
        const auto &encoding = compressed.layers[i].encoding;
        const bool isProduct =
            storage.values.size() == 1 && encoding && std::holds_alternative<FactorEncoding>(*encoding);
        for (size_t j = 0; j < storage.values.size(); ++j)
            constants.push_back({storage.values[j], layer, "weight", storage.layouts[j], isProduct});
        if (!storage.bias.empty())
            constants.push_back({storage.bias, layer, "bias", {}, false});
    }
    return constants;
}

/// The dense constant in the form in which the file has it.
Tensor expectedOf(const Constant &constant, const Tensor &plain, const StoredValue &found)
{
    if (!found.isMatrix || found.tensor.count() != plain.count())
        return plain;
    const Matrix matrix =
        constantToMatrix(constant.layout, toFloats(plain), found.tensor.shape[0], found.tensor.shape[1]);
    return makeTensor(found.tensor.shape, {matrix.data(), static_cast<size_t>(matrix.size())});
}

std::string compared(const Constant &constant, const Tensor &found, const Tensor &expected)
{
    if (found.type != expected.type || found.shape != expected.shape)
        return fmt::format("the {} of {} is not found in the file in its type and shape", constant.what,
                           constant.layer);
    if (found.bytes == expected.bytes)
        return {};
    OutputDifference difference;
    difference.add({found}, {expected});
    const double tolerance = difference.anyHalf() ? halfCertificateTolerance : productTolerance;
    if (constant.isProduct && difference.relative() <= tolerance)
        return {};
    return fmt::format("the {} of {} differs from what its recipe gives (by {:.2g} of its largest value)",
                       constant.what, constant.layer, difference.relative());
}

CertificateCheck check(const Model &file, const BuiltModel &dense, const CompressedModel &compressed,
                       const JobContext &ctx)
{
    const std::vector<Constant> constants = constantsOf(dense, compressed);
    if (constants.empty())
        return {checkName, Result::NotApplicable, "No weight is compressed."};
    std::vector<std::string> names;
    for (const Constant &constant : constants)
        names.push_back(constant.name);
    const std::map<std::string, StoredValue> found = storedValues(file, names, ctx);
    std::string wrong;
    int64_t hidden = 0;
    for (const Constant &constant : constants) {
        const StoredValue &value = found.at(constant.name);
        if (value.tensor.type == ElementType::Undefined && !file.content().index->find(0, constant.name)) {
            ++hidden; // inside a subgraph, where no run shows it
            continue;
        }
        if (wrong.empty())
            wrong = compared(constant, value.tensor,
                             expectedOf(constant, plainConstant(dense.model, constant.name), value));
    }
    if (!wrong.empty())
        return {checkName, Result::Failed, fmt::format("In the file, {}.", wrong)};
    const auto count = static_cast<int64_t>(constants.size());
    if (hidden == count)
        return {checkName, Result::NotApplicable,
                "All compressed weights lie in subgraphs, where no run shows them."};
    return {checkName, Result::Passed,
            fmt::format("{} of {} compressed constants unpack to exactly the values of the recipe.",
                        count - hidden, count)};
}

CertificateCheck guarded(const std::function<CertificateCheck()> &checking)
{
    try {
        return checking();
    } catch (const Error &error) {
        return {checkName, Result::Failed,
                fmt::format("The stored weights could not be unpacked: {}", error.what())};
    }
}

} // namespace

CertificateCheck checkWeights(const Model &file, const BuiltModel &dense, const CompressedModel &compressed,
                              const JobContext &ctx)
{
    return guarded([&] { return check(file, dense, compressed, ctx); });
}

CertificateCheck checkWeightsByHash(const Model &file, const Model &source, const JobContext &ctx)
{
    return guarded([&]() -> CertificateCheck {
        const std::string found = decodedHash(SourceGraph(source), file, ctx);
        if (found != file.metadata().at(decodedHashKey))
            return {checkName, Result::Failed,
                    "The weights in the file are not those it was written with: their SHA-256 differs from "
                    "the one it carries."};
        return {
            checkName, Result::Passed,
            fmt::format("Without the calibration data nothing was compressed again: the weights unpack to "
                        "those the file was written with, SHA-256 {}.",
                        found)};
    });
}

} // namespace lathe
