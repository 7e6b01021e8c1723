// A model, with external data beside it for whatever refers to it.
#include "core/model/model.h"
#include "tests/fuzz/readers.h"

using namespace lathe;

namespace {

/// Reads all of it that a reader of the file shows or a method starts from.
void look(const Model &model)
{
    constexpr int64_t smallLayer = 100'000; // weights beyond are read alike, only slower
    model.operatorCounts();
    model.macs();
    for (size_t i = 0; i < model.layers().size(); ++i)
        if (model.layers()[i].compressible() && model.layers()[i].parameters <= smallLayer)
            fuzz::readOrRefuse([&] { model.weight(i); });
    Model::parse(model.serialize(), fuzz::scratch()); // what was read is still a model when written
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const std::filesystem::path weights = fuzz::written("w.bin", std::string(4096, '\x3e'));
    const std::filesystem::path path = fuzz::written("model.onnx", fuzz::textOf(data, size));
    fuzz::readOrRefuse([&] { look(Model::load(path)); });
    return 0;
}
