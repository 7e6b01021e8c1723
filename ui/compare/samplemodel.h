#pragma once
#include "ui/compare/comparedvariants.h"
#include "ui/compare/sampleimages.h"
#include "ui/compare/variantcomparison.h"

#include <QAbstractTableModel>

namespace lathe::ui {

/// The samples of a comparison with each variant's answer.
class SampleModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Filter { Changed, Broken, Mended, All, FilterCount };
    enum Column { Sample, Label, FirstAnswer };

    explicit SampleModel(SampleImages *images, QObject *parent = nullptr);

    /// @param datasetIndices by place in the sample set
    void setComparison(const QVector<Variant> &variants, const SharedComparison &comparison,
                       const std::vector<size_t> &datasetIndices);
    void setFilter(Filter filter);
    Filter filter() const { return m_filter; }
    int countOf(Filter filter) const; ///< samples
    const ComparedSample &at(int row) const
    {
        return m_comparison->answers[m_shown[static_cast<size_t>(row)]];
    }
    size_t numberOf(int row) const { return m_shown[static_cast<size_t>(row)]; } ///< among all answers
    int rowOf(size_t number) const; ///< the first one at or after it; -1: there is none
    size_t datasetIndex(int row) const { return m_indices[at(row).place]; }
    const SharedComparison &comparison() const { return m_comparison; }
    const QVector<Variant> &variants() const { return m_variants; }
    QString csv() const; ///< what is shown, with the probabilities

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    static bool passes(const ComparedSample &sample, Filter filter);
    void choose();
    QString labelOf(const ComparedSample &sample, bool whole) const;
    QString answerText(const ComparedSample &sample, size_t variant, bool whole) const;
    QString className(int label, bool whole) const;
    QVariant ink(const ComparedSample &sample, int column) const;

    SampleImages *m_images;
    QVector<Variant> m_variants;
    QStringList m_titles;
    SharedComparison m_comparison;
    QHash<int, QString> m_shortNames; ///< of the classes; none where they are numbers
    std::vector<size_t> m_indices;
    std::vector<size_t> m_shown; ///< of the answers, by row
    Filter m_filter = Changed;
};

/// "93.1 %"; a dash where the output is no number.
QString probabilityText(double share);

} // namespace lathe::ui
