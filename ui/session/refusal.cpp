#include "ui/session/refusal.h"

#include "core/compress/compressor.h"
#include "ui/base/messages.h"

#include <QCoreApplication>

#include <algorithm>

namespace lathe::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(lathe::ui::Refusal)
};

QString nameOfNeedy(const Compressor &compressor, const std::vector<Recipe> &recipes)
{
    std::vector<std::string> names;
    for (const Layer &layer : compressor.source().layers())
        names.push_back(layer.name);
    for (const Recipe &recipe : recipes) {
        const std::vector<LayerSettings> settings = recipe.resolve(names);
        const auto needy = std::ranges::find_if(settings, needsCalibration);
        if (needy != settings.end())
            return QString::fromStdString(names[static_cast<size_t>(needy - settings.begin())]);
    }
    return {};
}

} // namespace

QString missingCalibration(const Compressor &compressor, const std::vector<Recipe> &recipes, DataState data,
                           const Message &failure)
{
    const QString layer = compressor.calibration() ? QString() : nameOfNeedy(compressor, recipes);
    if (layer.isEmpty())
        return {};
    if (data == DataState::Loading)
        return Words::tr("%1 goes by the layer's inputs and waits for the data set, which is being prepared.")
            .arg(layer);
    if (data == DataState::None)
        return Words::tr("%1 goes by the layer's inputs and needs data: choose a data set, or a setting that "
                         "needs none.")
            .arg(layer);
    if (!failure.empty())
        return Words::tr(
                   "%1 goes by the layer's inputs, and the data set could not be calibrated on. %2 Choose "
                   "other data to calibrate on, or a setting that needs none.")
            .arg(layer, messageText(failure));
    return Words::tr("%1 goes by the layer's inputs, and no samples of the data set could be set aside to "
                     "calibrate on: choose data to calibrate on, or a setting that needs none.")
        .arg(layer);
}

} // namespace lathe::ui
