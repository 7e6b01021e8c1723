#pragma once
#include <QObject>
#include <QVector>

namespace lathe::ui {

class TradeoffChart;
class Workbench;

/// The charts that show the model as a whole and follow the workbench by themselves.
class ChartDesk : public QObject {
    Q_OBJECT
public:
    explicit ChartDesk(Workbench &workbench, QObject *parent = nullptr);

    TradeoffChart *tradeoff() const { return m_tradeoff; } ///< whoever lays it out owns it
    void setSelectedVariants(const QVector<int> &rows);    ///< marked when it is one

signals:
    void variantChosen(int row);

private:
    void refreshTradeoff();

    Workbench &m_workbench;
    TradeoffChart *m_tradeoff;
};

} // namespace lathe::ui
