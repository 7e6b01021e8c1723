#pragma once
#include "core/base/message.h"
#include "core/compress/tuning.h"
#include "core/recipe/recipe.h"
#include "ui/base/figuretext.h"
#include "ui/variants/variantwork.h"

#include <QAbstractTableModel>
#include <QDateTime>
#include <optional>

namespace lathe::ui {

/// By what models are told apart: labels if there are any, else the classes they give, else their outputs.
enum class Quality { Top1, Agreement, Sqnr };

/// An ONNX file from elsewhere. It stands where it stands: nothing of it is copied.
struct VariantFile {
    enum State { Unchecked, Here, Gone, Changed };
    QString path;                 ///< absolute
    QString sha256;               ///< of the file that was measured
    qint64 bytes = 0;             ///< of that file
    std::optional<double> zeros;  ///< share among the weights that could be read
    int byName = 0, byShape = 0;  ///< layers of the open model that were found in it
    State state = Unchecked;      ///< as it was seen last; not stored
    QString name() const;         ///< without its folder
    QString stateText() const;    ///< "the file is gone"; empty: it is as it was
    QString matchingText() const; ///< "layers found by name: 5, by shape: 1"
};

/// A named recipe, or a file from elsewhere, with what was measured of it.
struct Variant {
    QString id; ///< unique; stays when the variant is renamed
    QString name;
    QString note = {}; ///< the user's words
    Recipe recipe;
    std::shared_ptr<const Tuning> tuning = nullptr; ///< trained values laid over it; null: none
    Figures figures;
    QDateTime when;
    Message data;                         ///< what it was measured on: "digits (test), 540 images"
    QString parent = {};                  ///< id of the variant it was made from; empty: the baseline
    std::optional<VariantFile> file = {}; ///< instead of a recipe
    std::optional<VariantWork> work = {}; ///< of a file whose figures are not there yet; not stored
    bool isBaseline() const { return id == baselineId; }
    static inline const QString baselineId = QStringLiteral("baseline");
};

inline constexpr int mostCompared = 4; ///< variants beside the baseline

/// Size and quality on scales that all variants of a model share: what is drawn beside the figures.
struct VariantGlance {
    bool isBaseline = false;
    double size = 0.0; ///< of the largest file, 0..1; 0: not known
    Quality quality = Quality::Top1;
    std::optional<Interval> place;  ///< of the quality, 0..1 from the worst end to the best one
    std::optional<double> baseline; ///< of the same
};

/// Variants side by side. Row 0 is the baseline: it cannot be renamed or removed.
class VariantModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column {
        Name,
        Top1,
        Difference,
        Agreement,
        Size,
        Ratio,
        Macs,
        When,
        RecipeSummary,
        Latency,
        From, ///< what it was made from
        ColumnCount
    };
    static constexpr int SortRole = Qt::UserRole;       ///< the raw number (text for names)
    static constexpr int NoteRole = Qt::UserRole + 1;   ///< can be set for all but the baseline
    static constexpr int GlanceRole = Qt::UserRole + 2; ///< VariantGlance

    explicit VariantModel(QObject *parent = nullptr);

    /// First one: the baseline.
    void setVariants(const QVector<Variant> &variants);
    void setBaseline(const Variant &baseline);
    int append(const Variant &variant); ///< @returns its row
    void update(int row, const Variant &variant);
    /// Often, while a file is read: the variant itself stays as it is.
    void setWork(int row, const std::optional<VariantWork> &work);
    /// Row 0 is left out. What was made from them was made from what they were made from.
    void remove(QVector<int> rows);
    void clear();
    const Variant &at(int row) const { return m_variants.at(row); }
    const QVector<Variant> &variants() const { return m_variants; }
    QString freeName(const QString &wanted) const; ///< "8 bits", "8 bits 2", ...
    int rowOf(const QString &id) const;            ///< -1: there is none (any more)
    /// Row of what it was made from: the baseline's, where that is not there any more; -1: from nothing here.
    int parentOf(int row) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    bool setData(const QModelIndex &index, const QVariant &value, int role = Qt::EditRole) override;
    Qt::ItemFlags flags(const QModelIndex &index) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

signals:
    void renamed(int row, const QString &name); ///< by the user, in the table
    void workChanged(int row);

private:
    QVariant decoration(const QModelIndex &index) const;
    const VariantGlance &glance(int row) const;

    QVector<Variant> m_variants;
    mutable QVector<VariantGlance> m_glances; ///< empty: to be made anew
};

QVector<VariantGlance> glancesOf(const QVector<Variant> &variants);

} // namespace lathe::ui

Q_DECLARE_METATYPE(lathe::ui::VariantGlance)
