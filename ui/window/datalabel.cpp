#include "ui/window/datalabel.h"

#include "ui/base/format.h"
#include "ui/base/messages.h"
#include "ui/session/workbench.h"

#include <QDir>

namespace lathe::ui {

DataLabel::DataLabel(const Workbench &workbench) : m_workbench(workbench)
{
    setObjectName(QStringLiteral("dataLabel"));
    setContentsMargins(8, 0, 8, 0);
    connect(&workbench, &Workbench::dataChanged, this, &DataLabel::refresh);
}

void DataLabel::refresh()
{
    const std::optional<LoadedData> &data = m_workbench.data();
    if (!m_workbench.hasModel())
        clear();
    else if (data)
        setText(messageText(data->samples->description()));
    else
        setText(m_workbench.isLoadingData() ? tr("preparing data") : tr("no data set"));
    setToolTip(data ? tr("Measured on %1\nPreprocessing: %2, %3")
                          .arg(QDir::toNativeSeparators(data->choice.reference),
                               QString::fromStdString(data->preprocessing.name), data->preprocessingSource)
                    : QString());
}

} // namespace lathe::ui
