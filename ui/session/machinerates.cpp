#include "ui/session/machinerates.h"

#include "ui/base/settings.h"

namespace lathe::ui {
namespace {

QString keyOf(SlowWork work)
{
    const std::string_view name = nameOf(work);
    return QStringLiteral("rates/") + QString::fromLatin1(name.data(), static_cast<qsizetype>(name.size()));
}

std::shared_ptr<WorkRates> read()
{
    auto rates = std::make_shared<WorkRates>();
    const Settings settings;
    for (int i = 0; i < slowWorkCount; ++i)
        if (const auto work = static_cast<SlowWork>(i); !settings.text(keyOf(work)).isEmpty())
            rates->set(work, settings.text(keyOf(work)).toDouble());
    return rates;
}

} // namespace

std::shared_ptr<WorkRates> machineRates()
{
    static const std::shared_ptr<WorkRates> rates = read();
    return rates;
}

void saveMachineRates()
{
    Settings settings;
    for (int i = 0; i < slowWorkCount; ++i)
        if (const auto work = static_cast<SlowWork>(i); const auto rate = machineRates()->learned(work))
            settings.setText(keyOf(work), QString::number(*rate, 'g', 6));
}

} // namespace lathe::ui
