#pragma once
#include "ui/jobrunner.h"
#include "ui/workbench.h"

#include <QDialog>

class QCheckBox;
class QLabel;
class QTableWidget;

namespace lathe::ui {

/// Two variants side by side: totals, what differs layer by layer, and the samples on which they disagree.
class CompareDialog : public QDialog {
    Q_OBJECT
public:
    CompareDialog(Workbench &workbench, const Variant &first, const Variant &second,
                  QWidget *parent = nullptr);

    struct Details {
        CompressedModel first, second;
        std::vector<LayerStorage> firstStorage, secondStorage;
        std::optional<Comparison> outputs;        ///< second against first; empty without samples
        int64_t becameRight = 0, becameWrong = 0; ///< of the changed samples; need labels
    };

private:
    QTableWidget *makeTotals(const Variant &first, const Variant &second);
    void showDetails(const Details &details);
    void markRow(int row, bool differs);
    void showFlips(const Details &details);
    void hideEqualRows(bool hide);

    std::vector<Layer> m_layers;
    bool m_hasLabels = false;
    QLabel *m_flips;
    QTableWidget *m_table;
    QCheckBox *m_onlyDifferent;
    JobRunner m_runner;
};

} // namespace lathe::ui
