#include "tests/support/samplesets.h"

#include "core/data/dataset.h"
#include "tests/support/graphbuilder.h"
#include "tests/support/samplefiles.h"

#include <QTemporaryDir>
#include <fmt/format.h>

namespace lathe::test {

SampleSet sampleSet(const Model &model, const std::vector<std::pair<std::string, Tensor>> &tensors,
                    const std::vector<int> &labels)
{
    const QTemporaryDir folder;
    const std::filesystem::path path = folder.path().toStdString();
    std::string inputs;
    for (size_t i = 0; i < tensors.size(); ++i) {
        const std::string file = fmt::format("x{}.npy", i);
        writeNpy(path / file, tensors[i].second);
        inputs += fmt::format("{}\"{}\": \"{}\"", i > 0 ? ", " : "", tensors[i].first, file);
    }
    std::string truth;
    if (!labels.empty()) {
        Tensor tensor = makeTensor(ElementType::Int64, {static_cast<int64_t>(labels.size())});
        std::ranges::copy(labels, tensor.as<int64_t>().begin());
        writeNpy(path / "y.npy", tensor);
        truth = R"(, "labels": "y.npy")";
    }
    writeText(path / "dataset.json",
              fmt::format(R"({{"format": "numpy", "inputs": {{{}}}{}}})", inputs, truth));
    return SampleSet::prepare(model, Dataset::open(path.string()), {}, 0);
}

SampleSet randomSamples(const Model &model, size_t count, const std::vector<int> &labels, unsigned seed,
                        int words)
{
    std::vector<std::pair<std::string, Tensor>> tensors;
    for (const ValueInfo &input : model.inputs()) {
        Shape shape = input.shape;
        shape.at(0) = static_cast<int64_t>(count);
        Tensor tensor = randomTensor(shape, seed++);
        if (!isFloat(input.type)) {
            Tensor integers = makeTensor(ElementType::Int64, shape);
            for (size_t i = 0; i < integers.as<int64_t>().size(); ++i)
                integers.as<int64_t>()[i] = std::abs(static_cast<int>(tensor.as<float>()[i] * 1000)) % words;
            tensor = std::move(integers);
        }
        tensors.emplace_back(input.name, std::move(tensor));
    }
    return sampleSet(model, tensors, labels);
}

std::vector<int> mixedLabels(size_t count)
{
    std::vector<int> labels;
    for (size_t i = 0; i < count; ++i)
        labels.push_back(static_cast<int>(i * 7 % 10));
    return labels;
}

} // namespace lathe::test
