#include "core/exporting/weightcheck.h"

#include "core/exporting/outputdifference.h"
#include "core/exporting/testinputs.h"
#include "core/model/graphindex.h"
#include "core/model/proto.h"

#include <fmt/format.h>

namespace lathe {
namespace {

using Result = CertificateCheck::Result;
constexpr const char *checkName = "stored weights";
constexpr double productTolerance = 1e-5; ///< relative; two libraries add up in another order

/// One constant that was compressed.
struct Constant {
    std::string name;
    std::string layer;
    bool isProduct = false; ///< of factors, multiplied on loading
};

std::vector<Constant> constantsOf(const BuiltModel &dense, const CompressedModel &compressed)
{
    std::vector<Constant> constants;
    for (size_t i = 0; i < dense.layers.size(); ++i) {
        const std::vector<std::string> &values = dense.layers[i].values;
        const bool isProduct =
            values.size() == 1 && std::holds_alternative<FactorEncoding>(*compressed.layers[i].encoding);
        for (const std::string &value : values)
            constants.push_back({value, compressed.source.layers()[i].name, isProduct});
    }
    return constants;
}

/// A constant that the graph holds as it is; type Undefined when it does not.
Tensor plainConstant(const Model &model, const std::string &name)
{
    const Model::Content &content = model.content();
    for (const GraphIndex::Entry &entry : content.index->graphs()) {
        const auto found = entry.names.find(name);
        if (found != entry.names.end() && found->second.kind == Definition::Kind::Initializer)
            return readTensor(entry.graph->initializer(found->second.index), content);
    }
    return {};
}

bool isMadeInMainGraph(const Model &model, const std::string &name)
{
    const auto found = model.content().index->find(0, name);
    return found && found->kind == Definition::Kind::Node;
}

/// What the file's nodes make of what it stores.
std::map<std::string, Tensor> unpacked(const Model &file, const std::vector<Constant> &constants,
                                       const JobContext &ctx)
{
    std::map<std::string, Tensor> values;
    SessionOptions options;
    options.threads = ctx.threadCount();
    options.optimize = false;
    for (const Constant &constant : constants) {
        if (isMadeInMainGraph(file, constant.name))
            options.extraOutputs.push_back(constant.name);
        else
            values[constant.name] = plainConstant(file, constant.name);
    }
    if (options.extraOutputs.empty())
        return values;
    const Session session(file, options);
    const TestInputs inputs = testInputs(session, nullptr, ctx);
    std::vector<size_t> wanted(options.extraOutputs.size());
    for (size_t i = 0; i < wanted.size(); ++i)
        wanted[i] = session.outputs().size() - wanted.size() + i;
    std::vector<Tensor> results =
        session.runFor(wanted, std::vector<TensorView>(inputs.feeds[0].begin(), inputs.feeds[0].end()), ctx);
    for (size_t i = 0; i < wanted.size(); ++i)
        values[options.extraOutputs[i]] = std::move(results[i]);
    return values;
}

std::string compared(const Constant &constant, const Tensor &found, const Tensor &expected)
{
    if (found.type != expected.type || found.shape != expected.shape)
        return fmt::format("the weight of {} is not found in the file in its type and shape", constant.layer);
    if (found.bytes == expected.bytes)
        return {};
    OutputDifference difference;
    difference.add({found}, {expected});
    const double tolerance = difference.anyHalf() ? halfCertificateTolerance : productTolerance;
    if (constant.isProduct && difference.relative() <= tolerance)
        return {};
    return fmt::format("the weight of {} differs from what its recipe gives (by {:.2g} of its largest value)",
                       constant.layer, difference.relative());
}

CertificateCheck check(const Model &file, const BuiltModel &dense, const CompressedModel &compressed,
                       const JobContext &ctx)
{
    const std::vector<Constant> constants = constantsOf(dense, compressed);
    if (constants.empty())
        return {checkName, Result::NotApplicable, "No weight is compressed."};
    const std::map<std::string, Tensor> found = unpacked(file, constants, ctx);
    std::string wrong;
    int64_t hidden = 0;
    for (const Constant &constant : constants) {
        const Tensor &tensor = found.at(constant.name);
        if (tensor.type == ElementType::Undefined && !file.content().index->find(0, constant.name)) {
            ++hidden; // inside a subgraph, where no run shows it
            continue;
        }
        if (wrong.empty())
            wrong = compared(constant, tensor, plainConstant(dense.model, constant.name));
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

} // namespace

CertificateCheck checkWeights(const Model &file, const BuiltModel &dense, const CompressedModel &compressed,
                              const JobContext &ctx)
{
    try {
        return check(file, dense, compressed, ctx);
    } catch (const Error &error) {
        return {checkName, Result::Failed,
                fmt::format("The stored weights could not be unpacked: {}", error.what())};
    }
}

} // namespace lathe
