#pragma once
#include "ui/compare/comparedvariants.h"
#include "ui/compare/variantcomparison.h"

#include <QSet>
#include <QWidget>

class QLabel;
class QProgressBar;
class QSplitter;
class QStackedWidget;
class QTabWidget;
class QToolButton;

namespace lathe::ui {

class CompareClasses;
class CompareConfusions;
class CompareLayers;
class CompareSamples;
class CompareTotals;
class ComparisonRunner;
class WeightComparison;
class Workbench;

/// Variants beside the baseline: totals, samples, classes, layers, weights. It compares while it is in sight,
/// shows what is known so far and follows what becomes of the variants.
class CompareView : public QWidget {
    Q_OBJECT
public:
    explicit CompareView(Workbench &workbench, QWidget *parent = nullptr);
    ~CompareView() override;

    /// @param ids of variants; the baseline, those that are still being added, and what is more than
    /// mostCompared are left out
    void setVariants(const QStringList &ids);
    const QVector<Variant> &variants() const { return m_variants; } ///< the baseline first
    const SharedComparison &comparison() const { return m_comparison; }
    bool isBusy() const;
    /// Back from a sample close up to the list. @returns false when there was none
    bool closeSample();

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    enum Page { Samples, Classes, Confusions, Layers, Weights, PageCount };

    QWidget *makeHead();
    QWidget *makePages();
    QStackedWidget *addPage(QWidget *page, const QString &title);
    void follow();
    void chooseVariants();
    void followVariants();
    void start();
    void run();
    void stopOrGoOn();
    void advance(const SharedComparison &comparison);
    void end(const QString &error);
    void showProgress(double fraction, const QString &stage);
    static QSet<int> allPages();
    void showAll(const QSet<int> &changed);
    void showTotals();
    void fitTotals();
    void showPage(int page);
    void showWeights();
    void refreshReasons();
    void refreshHead();
    QString emptyText() const;
    QString summary() const;

    Workbench &m_workbench;
    QStringList m_ids;
    int m_leftOut = 0; ///< chosen, but more than can be compared
    QVector<Variant> m_variants;
    SharedComparison m_comparison; ///< of m_variants; null: nothing known yet
    ComparisonRunner *m_runner;
    bool m_due = true; ///< to be compared once it is in sight
    QString m_error;   ///< why there is no more

    QStackedWidget *m_stack;
    QLabel *m_empty, *m_summary;
    QProgressBar *m_bar;
    QToolButton *m_stop;
    QSplitter *m_split;
    bool m_splitMoved = false; ///< by the user, who knows better
    CompareTotals *m_totals;
    QTabWidget *m_pages;
    QStackedWidget *m_pageStacks[PageCount] = {};
    CompareSamples *m_samples;
    CompareClasses *m_classes;
    CompareConfusions *m_confusions;
    CompareLayers *m_layers;
    WeightComparison *m_weights;
    QSet<int> m_stale; ///< pages that show something older
};

} // namespace lathe::ui
