#pragma once
#include "core/compress/entropycost.h"
#include "core/exporting/graph.h"

#include <QAbstractTableModel>

namespace lathe::ui {

/// The layers of the open model, what is asked of them and what that gives. Row = index into Model::layers().
class LayerTableModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column {
        Name,
        Op,
        Shape,
        Parameters,
        Bytes,
        Share,
        Macs,
        Settings,
        Stored,
        Error,
        Output,
        Theory,
        Huffman,
        Shannon,
        ColumnCount
    };
    enum Role {
        SortRole = Qt::UserRole, ///< the raw number (text for names)
        ChangedRole,             ///< bool: the recipe changes this layer
        BarRole,                 ///< 0..1: size against the largest layer's
        OutdatedRole,            ///< bool: what follows from the settings is of the recipe before
        KeptRole,                ///< bool: kept as it is, whatever else the recipe says
        StoredBarRole,           ///< 0..1: stored size against the largest layer's size
        NameFormsRole            ///< QStringList of nameForms(): what may stand for the name
    };

    explicit LayerTableModel(QObject *parent = nullptr);

    /// @param totalBytes size of the model file; Share is of that.
    void setLayers(const std::vector<Layer> &layers, qint64 totalBytes);
    /// One of each for every layer; dataChanged only, so selection and scroll position survive. Ignored when
    /// the counts differ.
    /// @param entropy may be empty: not known
    void setResults(const std::vector<LayerResult> &results, const std::vector<LayerStorage> &storage,
                    const std::vector<EntropyCost> &entropy = {});
    /// Whose results are of the recipe before. @param outdated as layers(); empty: none
    void setOutdated(const std::vector<bool> &outdated);
    /// What is to be done to each layer, at once; what follows from it is being computed.
    void setSettings(const std::vector<LayerSettings> &settings);
    /// Which are kept as they are. @param kept as layers(); empty: none
    void setKept(const std::vector<bool> &kept);
    const std::vector<Layer> &layers() const { return m_layers; }
    qint64 totalBytes() const { return m_totalBytes; } ///< 0: no model

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    struct Result {
        LayerSettings settings;
        qint64 bytes = 0;
        double error = 0.0;
        std::optional<double> outputError;
        qint64 theoreticalBits = 0, withMaskBits = 0;
        qint64 huffmanBits = 0, shannonBits = 0;
        QString form;
        LayerResult::Trained trained = LayerResult::Trained::None;
        bool operator==(const Result &) const = default;
    };
    const Result *resultOf(int row) const;          ///< null before the first results
    const LayerSettings *settingsOf(int row) const; ///< null: not known
    bool isChanged(int row) const;                  ///< or will be
    bool hasChanged(int row) const;                 ///< in the results
    bool isKept(int row) const;
    void setFlags(std::vector<bool> &flags, const std::vector<bool> &now, const QList<int> &roles);
    bool isOutdated(const QModelIndex &index) const;
    /// What became of trained values, with the settings of now; None where that is not known yet.
    LayerResult::Trained trainedOf(int row) const;
    static QString codedText(const Layer &layer, const Result *result, qint64 bits);
    QString text(const QModelIndex &index) const;
    QString fullText(const QModelIndex &index) const; ///< where text() is shorter than what there is to say
    QStringList columnTip(const QModelIndex &index) const; ///< what the column says, line by line
    QString toolTip(const QModelIndex &index) const;
    QVariant sortValue(const QModelIndex &index) const;

    std::vector<Layer> m_layers;
    QVector<QStringList> m_names;          ///< forms of each, the longest first
    QStringList m_shapes;                  ///< as text: sorting asks for them again and again
    std::vector<Result> m_results;         ///< empty until the first results
    std::vector<LayerSettings> m_settings; ///< empty until they are known before the results
    std::vector<bool> m_outdated;          ///< by layer
    std::vector<bool> m_kept;              ///< by layer
    qint64 m_totalBytes = 0;
    qint64 m_largestBytes = 0; ///< of one layer
};

} // namespace lathe::ui
