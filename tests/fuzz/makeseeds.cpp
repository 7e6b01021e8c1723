// Writes the small corpora in seeds/ that fuzzing starts from: make_fuzz_seeds FOLDER.
#include "core/archive/archive.h"
#include "core/archive/cellcoder.h"
#include "core/archive/streamcoder.h"
#include "core/base/fileio.h"
#include "core/base/temporaryfolder.h"
#include "core/compress/compressor.h"
#include "core/compress/tuningfile.h"
#include "tests/support/graphbuilder.h"
#include "tests/support/places.h"
#include "tests/support/samplefiles.h"

#include <cstdio>
#include <random>

using namespace lathe;
using namespace lathe::test;

namespace {

namespace fs = std::filesystem;

Tensor counted(ElementType type, const Shape &shape)
{
    Tensor tensor = makeTensor(type, shape);
    for (size_t i = 0; i < tensor.bytes.size(); ++i)
        tensor.bytes[i] = static_cast<std::byte>(i % 7);
    return tensor;
}

GraphBuilder network()
{
    GraphBuilder b;
    b.input("x", {-1, 2, 5, 5}).output("y", {-1, 3});
    b.random("w", {3, 2, 3, 3}).random("b", {3}).random("fc", {3, 3});
    b.node("Conv", {"x", "w", "b"}, {"c"}, {{"pads", std::vector<int64_t>{1, 1, 1, 1}}}, "conv")
        .node("Relu", {"c"}, {"r"})
        .node("GlobalAveragePool", {"r"}, {"g"})
        .node("Flatten", {"g"}, {"f"})
        .node("MatMul", {"f", "fc"}, {"y"}, {}, "fc");
    return b;
}

GraphBuilder quantized()
{
    GraphBuilder b;
    b.input("x", {1, 4}).output("y");
    b.constant("codes", counted(ElementType::Int8, {4, 3})).random("scale", {});
    b.node("DequantizeLinear", {"codes", "scale"}, {"w"})
        .node("Transpose", {"w"}, {"t"})
        .node("Gemm", {"x", "t"}, {"y"}, {{"transB", int64_t(1)}});
    return b;
}

GraphBuilder branching()
{
    GraphBuilder inner;
    inner.output("i", {1, 2}).random("v", {4, 2}).node("MatMul", {"x", "v"}, {"i"});
    GraphBuilder b;
    b.input("x", {1, 4}).input("p", {}, ElementType::Bool).output("y");
    b.node("If", {"p"}, {"y"}).subgraph("then_branch", inner).subgraph("else_branch", inner);
    return b;
}

GraphBuilder recurrent()
{
    GraphBuilder b;
    b.input("x", {5, -1, 3}).output("y").random("w", {1, 16, 3}).random("r", {1, 16, 4});
    b.node("LSTM", {"x", "w", "r"}, {"y"}, {{"hidden_size", int64_t(4)}}, "lstm");
    return b;
}

GraphBuilder outside()
{
    GraphBuilder b;
    b.input("x", {1, 4}).output("y").random("w", {4, 3}).node("MatMul", {"x", "w"}, {"y"});
    onnx::TensorProto &weight = *b.proto().mutable_graph()->mutable_initializer(0);
    weight.clear_raw_data();
    weight.set_data_location(onnx::TensorProto::EXTERNAL);
    for (const auto &[key, value] : {std::pair("location", "w.bin"), {"offset", "64"}, {"length", "48"}}) {
        auto *entry = weight.add_external_data();
        entry->set_key(key);
        entry->set_value(value);
    }
    return b;
}

void writeModels(const fs::path &folder)
{
    writeText(folder / "network", network().bytes());
    writeText(folder / "quantized", quantized().bytes());
    writeText(folder / "branching", branching().bytes());
    writeText(folder / "recurrent", recurrent().bytes());
    writeText(folder / "outside", outside().bytes());
}

void writeArrays(const fs::path &seeds)
{
    const Tensor floats = counted(ElementType::Float32, {3, 2}), bytes = counted(ElementType::UInt8, {3});
    for (const int version : {1, 2, 3})
        writeText(seeds / "npy" / ("floats" + std::to_string(version)), npyBytes(floats, false, version));
    writeText(seeds / "npy" / "fortran", npyBytes(floats, true));
    writeText(seeds / "npy" / "bytes", npyBytes(bytes));
    fs::create_directories(seeds / "npz");
    writeNpz(seeds / "npz" / "two", {{"x", floats}, {"labels", bytes}});
    writeNpz(seeds / "npz" / "one", {{"x", floats}});
    fs::create_directories(seeds / "idx");
    writeText(seeds / "idx" / "plain", idxBytes(counted(ElementType::UInt8, {2, 3, 3})));
    writeText(seeds / "idx" / "labels", idxBytes(bytes));
    writeGzip(seeds / "idx" / "compressed", idxBytes(counted(ElementType::UInt8, {2, 3, 3})));
}

void writeSection(const fs::path &path, const Coded &coded, size_t raw, size_t second = 0)
{
    std::string bytes;
    for (const size_t byte : {size_t(coded.coder), raw & 255U, raw >> 8U & 255U, raw >> 16U, second & 255U,
                              second >> 8U & 255U, second >> 16U})
        bytes += static_cast<char>(byte);
    for (const std::byte byte : coded.bytes)
        bytes += static_cast<char>(byte);
    writeText(path, bytes);
}

void writeArchives(const fs::path &seeds)
{
    fs::create_directories(seeds / "archive");
    const TemporaryFolder folder;
    writeText(folder.path() / "m.onnx", network().bytes());
    packModel(folder.path() / "m.onnx", seeds / "archive" / "network");
    writeText(folder.path() / "q.onnx", quantized().bytes());
    packModel(folder.path() / "q.onnx", seeds / "archive" / "quantized");
    writeText(folder.path() / "w.bin", std::string(4096, '\x3e'));
    writeText(folder.path() / "o.onnx", outside().bytes());
    packModel(folder.path() / "o.onnx", seeds / "archive" / "outside");

    std::mt19937 random(3);
    std::binomial_distribution<int> code(15, 0.4), seldom(1, 0.02);
    Tensor raw = makeTensor(ElementType::UInt8, {700}), rare = raw;
    for (size_t i = 0; i < raw.bytes.size(); ++i) {
        raw.bytes[i] = static_cast<std::byte>(code(random) | code(random) << 4);
        rare.bytes[i] = static_cast<std::byte>(seldom(random) * code(random));
    }
    writeSection(seeds / "section" / "codes", codedCodes(raw.bytes), raw.bytes.size());
    writeSection(seeds / "section" / "rare", codedCodes(rare.bytes), rare.bytes.size());
    writeSection(seeds / "section" / "numbers", codedNumbers(raw.bytes, 4), raw.bytes.size());
    writeSection(seeds / "section" / "any", codedNumbers(rare.bytes, 1), rare.bytes.size());
    writeSection(seeds / "section" / "floats", codedFloats(raw.bytes, 4), raw.bytes.size());
    const CellGrid grid{0, 28, 7, 4};
    writeSection(seeds / "section" / "cells", codedCells(rare.bytes, 4, grid).value(), rare.bytes.size());
    CodeJoiner steps(4, 8), mask(1, 8), codes(2, 4), kept(2, 4);
    for (int i = 0; i < 16; ++i) {
        steps.put(i % 3 == 1 ? 15 : 2);
        codes.put(i % 3 == 1 ? 0 : 1 + static_cast<uint32_t>(i) % 3);
        kept.put(i > 0 && i < 13 ? 1 + static_cast<uint32_t>(i) % 3 : 0);
    }
    for (int i = 0; i < 64; ++i)
        mask.put(i % 5 == 0 && i > 0 ? 1 : 0);
    const Bytes stepBytes = steps.finish(), maskBytes = mask.finish(), codeBytes = codes.finish(),
                keptBytes = kept.finish();
    const size_t pair = stepBytes.size() + codeBytes.size();
    writeSection(seeds / "section" / "steps",
                 codedPair({stepBytes, 4, codeBytes, 2, true}, {200, 20, 1, 0}).value(), pair,
                 codeBytes.size());
    writeSection(seeds / "section" / "mask",
                 codedPair({maskBytes, 0, keptBytes, 2, true}, {64, 8, 1, 0}).value(), pair,
                 keptBytes.size());
    const std::string graph = network().bytes();
    writeSection(seeds / "section" / "graph", codedRest(std::as_bytes(std::span(graph)), {}), graph.size());
}

void writeRecipes(const fs::path &seeds)
{
    const fs::path resources = fs::path(sourcePath("resources/sample"));
    writeText(seeds / "recipe" / "sample", readFile(resources / "digits.recipe.json"));
    writeText(
        seeds / "recipe" / "all",
        R"({"lathe_recipe":1,"name":"n","rules":[{"layers":"c[a-z]*","prune":{"ratio":0.5,"method":"obs",)"
        R"("pattern":"2:4","scope":"global"},"quantize":{"bits":4,"group":32,"rounding":"gptq",)"
        R"("range":"mse"},"rank":{"rank":6,"form":"spatial","residual_bits":3}},{"layers":"fc?",)"
        R"("prune":null,"cluster":{"clusters":64,"group":16,"init":"linear"},"rank":{"energy":0.95}},)"
        R"({"layers":"d\\*","separable":{"fit":"weights"},"quantize":{"format":"nf4"}}]})");
    int number = 0;
    for (const char *rule :
         {"*:bits=8", "conv*:prune=60%,prune.method=wanda,prune.pattern=4x1", "a:b:rank=50%,rank.bits=4",
          "fc[0-9]:format=nf4,group=32,range=percentile,percentile=0.99", "x:separable=activations",
          "?:clusters=16,clusters.group=all,clusters.weighting=hessian", "\\*:rank.energy=95%,bits=off"})
        writeText(seeds / "rule" / std::to_string(number++), rule);
    for (const char *version : {"v1", "v2"})
        writeText(seeds / "project" / version, readFile(fs::path(sourcePath("")) / "tests" / "data" /
                                                        "project" / (version + std::string(".lathe"))));
}

void writeDescriptions(const fs::path &seeds)
{
    const fs::path sets = seeds / "dataset";
    writeText(sets / "folders", R"({"format":"image_folder","classes":["cat","dog"]})");
    writeText(sets / "list", R"({"format":"image_list","labels":"list.txt","classes":"names.txt"})");
    writeText(sets / "idx", R"({"format":"idx","splits":{"train":{"images":"x.idx","labels":"y.idx"}}})");
    writeText(sets / "numpy", R"({"format":"numpy","inputs":{"x":"x.npy"},"labels":"y.npy","name":"n"})");
    const fs::path steps = seeds / "preprocessing";
    writeText(steps / "sample",
              readFile(fs::path(sourcePath("resources/sample")) / "digits.preprocessor_config.json"));
    writeText(steps / "edges", R"({"do_resize":true,"size":{"shortest_edge":6},"resample":2,)"
                               R"("do_center_crop":true,"crop_size":4,"do_normalize":true,)"
                               R"("image_mean":[0.5,0.5,0.5],"image_std":[0.5,0.5,0.5]})");
    writeText(steps / "sizes", R"({"do_resize":true,"size":{"height":4,"width":3},"do_rescale":true,)"
                               R"("rescale_factor":0.0039,"channel_order":"bgr","layout":"NHWC"})");
}

void writeTunings(const fs::path &seeds)
{
    const Model model = network().build();
    int number = 0;
    for (const std::vector<const char *> &rules :
         {std::vector{"*:bits=3,prune=0.5"},
          {"conv:rank=2,rank.form=spatial", "fc:rank=2,residual.bits=3"},
          {"conv:clusters=4", "fc:format=nf4"},
          {"conv:format=binary", "fc:format=fp16"}}) {
        Recipe recipe;
        for (const char *rule : rules)
            recipe.rules.push_back(parseRule(rule));
        std::vector<std::optional<TunedLayer>> layers;
        for (const LayerResult &result : Compressor(model).compress(recipe).layers)
            layers.push_back(TunedLayer{result.planKey, {result.code.weight, Vector::Ones(3)}, {}});
        const auto tuning = std::make_shared<const Tuning>(
            layers, Tuning::Constants{{"b", makeTensor(Shape{3}, std::vector<float>{1, 2, 3})}}, "a seed");
        writeText(seeds / "tuning" / std::to_string(number++),
                  tuningBytes({tuning, {"source", "recipe", "plan", uint64_t(3), R"({"x":1})"}}));
    }
}

} // namespace

int main(int argc, char *argv[])
{
    if (argc != 2) {
        std::fprintf(stderr, "make_fuzz_seeds FOLDER\n");
        return EXIT_FAILURE;
    }
    const fs::path seeds = argv[1];
    writeModels(seeds / "onnx");
    writeArrays(seeds);
    writeArchives(seeds);
    writeRecipes(seeds);
    writeDescriptions(seeds);
    writeTunings(seeds);
    return EXIT_SUCCESS;
}
