#pragma once
// The digits that come with Lathe, as tests of training learn from them.
#include "core/data/preprocessing.h"
#include "core/model/model.h"
#include "core/train/trainingdata.h"
#include "tests/support/places.h"

namespace lathe::test {

inline std::string digitsFolder()
{
    return sourcePath("resources/sample");
}

inline const Model &digitsModel()
{
    static const Model model = Model::load(digitsFolder() + "/digits.onnx");
    return model;
}

inline Preprocessing digitsPreprocessing()
{
    return loadPreprocessing(digitsFolder() + "/digits.preprocessor_config.json");
}

/// Of the part that is called train.
inline train::TrainingData digitsFor(const Model &model, const train::TrainingDataOptions &options = {})
{
    return {model, Dataset::open(digitsFolder() + ":train"), digitsPreprocessing(), options};
}

inline JobContext oneThread(std::stop_token stop = {})
{
    JobContext ctx;
    ctx.threads = 1;
    ctx.stop = std::move(stop);
    return ctx;
}

} // namespace lathe::test
