#include "core/certify/weightcheck.h"

#include "core/certify/outputdifference.h"
#include "core/exporting/decodedhash.h"
#include "core/exporting/metadata.h"
#include "core/exporting/replacedconstants.h"
#include "core/exporting/storedvalues.h"
#include "core/onnx/constants.h"

#include <algorithm>
#include <functional>

namespace lathe {
namespace {

using Result = CertificateCheck::Result;
constexpr double productTolerance = 1e-5; ///< relative; two libraries add up in another order

constexpr int64_t batchWeights = int64_t{4} << 20;

/// One constant that was compressed or corrected, as the file has to hold it.
struct Constant {
    ValuePlace place;
    Message what; ///< "the weight of conv1"
    Tensor plain;
    WeightLayout layout;    ///< from the constant to the matrix
    bool isProduct = false; ///< of factors, multiplied on loading
};

/// The dense constant in the form in which the file has it.
Tensor expectedOf(const Constant &constant, const StoredValue &found)
{
    if (!found.isMatrix || found.tensor.count() != constant.plain.count())
        return constant.plain;
    const Matrix matrix = constantToMatrix(constant.layout, toFloats(constant.plain), found.tensor.shape[0],
                                           found.tensor.shape[1]);
    return makeTensor(found.tensor.shape, {matrix.data(), static_cast<size_t>(matrix.size())});
}

Message compared(const Constant &constant, const Tensor &found, const Tensor &expected)
{
    if (found.type != expected.type || found.shape != expected.shape)
        return Message::tr("{} is not found in the file in its type and shape", constant.what);
    if (found.bytes == expected.bytes)
        return {};
    OutputDifference difference;
    difference.add({found}, {expected});
    const double tolerance = difference.anyHalf() ? halfCertificateTolerance : productTolerance;
    if (constant.isProduct && difference.relative() <= tolerance)
        return {};
    return Message::tr("{} differs from what its recipe gives (by {:.2g} of its largest value)",
                       constant.what, difference.relative());
}

CertificateCheck of(Result result, Message detail)
{
    return {Message::tr("stored weights"), result, std::move(detail)};
}

class WeightCheck {
public:
    WeightCheck(const Model &file, const CompressedModel &compressed, const BuiltModel &dense,
                const JobContext &ctx)
        : m_file(file), m_compressed(compressed), m_dense(dense), m_layers(compressed.source.layers()),
          m_ctx(ctx)
    {
    }

    CertificateCheck run()
    {
        std::vector<size_t> batch;
        int64_t weights = 0;
        for (size_t i = 0; i < m_layers.size(); ++i) {
            if (codeOf(i).changesNothing())
                continue;
            if (!batch.empty() && weights + m_layers[i].parameters > batchWeights) {
                check(batch);
                batch.clear();
                weights = 0;
            }
            batch.push_back(i);
            weights += m_layers[i].parameters;
        }
        check(batch);
        checkLoose();
        if (!m_wrong.empty())
            return of(Result::Failed, Message::tr("In the file, {}.", m_wrong));
        if (m_count == 0)
            return of(Result::NotApplicable, Message::tr("No weight is compressed."));
        return of(Result::Passed,
                  Message::tr("{} of {} compressed constants unpack to exactly the values of the recipe.",
                              m_count, m_count));
    }

private:
    LayerCode codeOf(size_t layer) const { return ownCode(m_layers[layer], m_compressed.layers[layer].code); }

    void check(const std::vector<size_t> &batch)
    {
        std::vector<Constant> constants;
        for (const size_t layer : batch)
            addConstants(constants, layer);
        compare(constants);
    }

    /// Those replaced that are no layer's.
    void checkLoose()
    {
        const Tuning::Constants loose = looseConstants(SourceGraph(m_compressed.source), m_compressed);
        std::vector<Constant> constants;
        for (const auto &[name, tensor] : loose)
            constants.push_back({{0, name}, Message::tr("the value of {}", name), tensor, {}});
        compare(constants);
    }

    void compare(const std::vector<Constant> &constants)
    {
        std::vector<ValuePlace> places;
        for (const Constant &constant : constants)
            places.push_back(constant.place);
        visitStoredValues(m_file, places, m_ctx, [&](size_t i, const StoredValue &value) {
            if (m_wrong.empty())
                m_wrong = compared(constants[i], value.tensor, expectedOf(constants[i], value));
        });
        m_count += constants.size();
    }

    void addConstants(std::vector<Constant> &constants, size_t layer) const
    {
        const LayerStorage &stored = m_dense.layers[layer];
        const bool isProduct = stored.values.size() == 1 && std::holds_alternative<FactorEncoding>(
                                                                *m_compressed.layers[layer].code.weight);
        const auto add = [&](const std::string &name, const Message &what, const WeightLayout &layout,
                             bool product) {
            const ValuePlace place{stored.graph, name};
            constants.push_back({place, what, plainValue(place), layout, product});
        };
        for (size_t i = 0; i < stored.values.size(); ++i)
            add(stored.values[i], Message::tr("the weight of {}", m_layers[layer].name), stored.layouts[i],
                isProduct);
        if (!stored.bias.empty())
            add(stored.bias, Message::tr("the bias of {}", m_layers[layer].name), {}, false);
    }

    Tensor plainValue(const ValuePlace &place) const
    {
        const Model::Content &content = m_dense.model.content();
        const auto found = content.index->find(place.graph, place.name);
        if (!found)
            throw Error(ErrorCode::Internal, Message::tr("The plain form has no \"{}\".", place.name));
        return readConstant(*content.index, *found, content.externalFiles, content.label);
    }

    const Model &m_file;
    const CompressedModel &m_compressed;
    const BuiltModel &m_dense;
    const std::vector<Layer> &m_layers;
    JobContext m_ctx;
    Message m_wrong;
    size_t m_count = 0;
};

CertificateCheck guarded(const std::function<CertificateCheck()> &checking)
{
    try {
        return checking();
    } catch (const Error &error) {
        return of(Result::Failed,
                  Message::tr("The stored weights could not be unpacked: {}", error.message()));
    }
}

} // namespace

CertificateCheck checkWeights(const Model &file, const CompressedModel &compressed, const BuiltModel &dense,
                              const JobContext &ctx)
{
    return guarded([&] { return WeightCheck(file, compressed, dense, ctx).run(); });
}

CertificateCheck checkWeightsByHash(const Model &file, const Model &source, const JobContext &ctx)
{
    return guarded([&] {
        const std::string found = decodedHash(SourceGraph(source), file, ctx);
        if (found != file.metadata().at(decodedHashKey))
            return of(
                Result::Failed,
                Message::tr(
                    "The weights in the file are not those it was written with: their SHA-256 differs from "
                    "the one it carries."));
        const bool trained =
            file.metadata().contains(tuningHashKey) && !file.metadata().contains(calibrationHashKey);
        if (trained)
            return of(Result::Passed,
                      Message::tr("Its trained values cannot be made again: the weights unpack to those the "
                                  "file was written with, SHA-256 {}.",
                                  found));
        if (!file.metadata().contains(calibrationHashKey))
            return of(
                Result::Passed,
                Message::tr(
                    "Which channels go was decided on the machine that made it: the weights unpack to those "
                    "the file was written with, SHA-256 {}.",
                    found));
        return of(Result::Passed,
                  Message::tr("Without the calibration data nothing was compressed again: the weights unpack "
                              "to those the file was written with, SHA-256 {}.",
                              found));
    });
}

} // namespace lathe
