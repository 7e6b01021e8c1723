#include "ui/dataloader.h"

#include <QCoreApplication>

namespace lathe::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(lathe::ui::DataLoader)
};

} // namespace

Preprocessing defaultPreprocessing(const Model &model, QString *source)
{
    QString ignored;
    QString &from = source ? *source : ignored;
    if (!model.path().empty()) {
        if (const auto found = findPreprocessing(model.path())) {
            from = Words::tr("found beside the model");
            return *found;
        }
    }
    from = Words::tr("guessed from the shape of the input");
    return model.inputs().empty() ? Preprocessing{} : guessPreprocessing(model.inputs().front());
}

LoadedData loadData(const Model &model, const DatasetChoice &choice, const JobContext &ctx)
{
    LoadedData data;
    data.choice = choice;
    const Dataset dataset = Dataset::open(choice.reference.toStdString(), ctx.part(0.0, 0.1));
    if (choice.preprocessing) {
        data.preprocessing = *choice.preprocessing;
        data.preprocessingSource = Words::tr("chosen");
    } else {
        data.preprocessing = defaultPreprocessing(model, &data.preprocessingSource);
    }
    data.samples = std::make_shared<const SampleSet>(
        SampleSet::prepare(model, dataset, data.preprocessing, static_cast<size_t>(std::max(0, choice.limit)),
                           ctx.part(0.1, 0.5)));
    data.baseline =
        std::make_shared<const Baseline>(measureBaseline(model, *data.samples, ctx.part(0.5, 0.9)));
    data.heldOut = data.baseline;
    return data;
}

} // namespace lathe::ui
