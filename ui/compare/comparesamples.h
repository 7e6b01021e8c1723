#pragma once
#include "ui/compare/samplemodel.h"

class QButtonGroup;
class QHBoxLayout;
class QLabel;
class QStackedWidget;
class QTableView;
class QToolButton;

namespace lathe::ui {

class FittedColumns;
class SampleView;

/// The samples one by one: those whose answers differ, with every variant's answer; each can be looked at
/// close up.
class CompareSamples : public QWidget {
    Q_OBJECT
public:
    explicit CompareSamples(QWidget *parent = nullptr);

    /// The sample that is looked at stays, when it is still there.
    void setComparison(const QVector<Variant> &variants, const SharedComparison &comparison,
                       const std::vector<size_t> &datasetIndices);
    void clear() { setComparison({}, nullptr, {}); }
    SampleModel *model() const { return m_model; }
    bool isCloseUp() const;
    void openSample(int row);
    void closeSample();

private:
    void buildBar(QHBoxLayout *bar);
    void buildList();
    void chooseFilter(int filter);
    void refreshFilters();
    void refreshEmpty();
    void copyCsv() const;

    SampleImages *m_images;
    SampleModel *m_model;
    QButtonGroup *m_filters;
    QToolButton *m_copy;
    QStackedWidget *m_pages; ///< list, nothing to list, close up
    QTableView *m_list;
    FittedColumns *m_columns;
    QLabel *m_empty;
    SampleView *m_closeUp;
};

} // namespace lathe::ui
