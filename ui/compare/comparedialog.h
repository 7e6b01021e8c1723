#pragma once
#include "ui/compare/variantcomparison.h"
#include "ui/session/workbench.h"

#include <QDialog>

class QCheckBox;
class QLabel;
class QTableWidget;
class QTabWidget;

namespace lathe::ui {

class ConfusionView;
class WeightComparison;

/// Two to four variants side by side: totals, layer by layer, the samples on which they disagree, class by
/// class.
class CompareDialog : public QDialog {
    Q_OBJECT
public:
    /// @param variants two to mostCompared of the workbench's model
    CompareDialog(Workbench &workbench, const QVector<Variant> &variants, QWidget *parent = nullptr);

private:
    QStringList names() const;
    QTableWidget *makeTotals();
    void fillTotals();
    void follow(const VariantModel *variants);
    void followFigures(const VariantModel &variants);
    QWidget *makeLayersPage();
    QWidget *makeSamplesPage();
    QWidget *makeClassesPage();
    void start(Workbench &workbench);
    void showComparison();
    void showLayers();
    void addLayer(int row);
    void showSamples();
    void showClasses();
    void showSummary();
    void markRow(int row, const std::vector<bool> &differs);
    void hideEqualRows(bool hide);

    QVector<Variant> m_variants;
    Model m_model;
    VariantComparison m_comparison;
    QLabel *m_summary;
    QTabWidget *m_pages;
    QTableWidget *m_totals = nullptr, *m_layerTable = nullptr, *m_sampleTable = nullptr,
                 *m_classTable = nullptr, *m_confusionTable = nullptr;
    ConfusionView *m_confusions = nullptr;
    WeightComparison *m_weights = nullptr;
    QCheckBox *m_onlyDifferent = nullptr;
    JobRunner m_runner;
};

} // namespace lathe::ui
