#include "ui/recover/offereddata.h"

#include "core/data/dataset.h"
#include "ui/jobs/jobrunner.h"

#include <QCoreApplication>
#include <QFileInfo>

#include <algorithm>

namespace lathe::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(lathe::ui::RecoverDesk)
};

} // namespace

DataInUse dataInUse(const LoadedData &data)
{
    return {data.choice.reference,
            data.calibration ? QString::fromStdString(data.calibrationReference) : QString(),
            data.isCalibratedOnHalf()};
}

OfferedData offeredData(const DataInUse &in)
{
    OfferedData offered;
    const QString whole = in.measured.section(QLatin1Char('#'), 0, 0);
    const QString folder = QFileInfo::exists(whole) ? whole : whole.left(whole.lastIndexOf(QLatin1Char(':')));
    const QString train = folder + QStringLiteral(":train");
    const auto opened = runGuarded([&] { return Dataset::open(folder.toStdString()).splits(); });
    const auto *splits = std::get_if<std::vector<std::string>>(&opened);
    if (splits && whole != train && std::ranges::count(*splits, "train") > 0)
        offered.append({train, Words::tr("train, beside what is measured")});
    if (!in.calibrated.isEmpty() && in.calibrated != train)
        offered.append({in.calibrated,
                        in.isHalf
                            ? Words::tr("the half that is not measured")
                            : Words::tr("calibration data: %1").arg(QFileInfo(in.calibrated).fileName())});
    return offered;
}

} // namespace lathe::ui
