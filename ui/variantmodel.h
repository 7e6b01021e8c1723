#pragma once
#include "core/recipe/recipe.h"
#include "ui/nowstrip.h"

#include <QAbstractTableModel>
#include <QDateTime>

namespace lathe::ui {

/// A named recipe with what was measured of it.
struct Variant {
    QString id; ///< unique; stays when the variant is renamed
    QString name;
    QString note = {}; ///< the user's words
    Recipe recipe;
    NowStrip::Figures figures;
    QDateTime when;
    QString data; ///< what it was measured on: "digits (test), 540 images"
};

/// Variants side by side. Row 0 is the baseline: it cannot be renamed or removed.
class VariantModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Name, Top1, Difference, Agreement, Size, Ratio, Macs, When, RecipeSummary, ColumnCount };
    static constexpr int SortRole = Qt::UserRole; ///< the raw number (text for names)

    explicit VariantModel(QObject *parent = nullptr);

    /// First one: the baseline.
    void setVariants(const QVector<Variant> &variants);
    void setBaseline(const Variant &baseline);
    int append(const Variant &variant); ///< @returns its row
    void update(int row, const Variant &variant);
    void remove(QVector<int> rows); ///< row 0 is left out
    void clear();
    const Variant &at(int row) const { return m_variants.at(row); }
    const QVector<Variant> &variants() const { return m_variants; }
    QString freeName(const QString &wanted) const; ///< "8 bits", "8 bits 2", ...

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    bool setData(const QModelIndex &index, const QVariant &value, int role = Qt::EditRole) override;
    Qt::ItemFlags flags(const QModelIndex &index) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

signals:
    void renamed(int row, const QString &name); ///< by the user, in the table

private:
    QString text(const QModelIndex &index) const;
    QString toolTip(const QModelIndex &index) const;
    QVariant sortValue(const QModelIndex &index) const;

    QVector<Variant> m_variants;
};

QString recipeSummary(const Recipe &recipe); ///< "*: 8 bits; fc1: rank 64 and 3 more"

} // namespace lathe::ui
