#pragma once
#include "ui/spread.h"

#include <QHash>
#include <QWidget>

class QComboBox;
class QLabel;
class QPushButton;
class QStackedWidget;

namespace lathe::ui {

class ElidedLabel;
class MethodGroup;

/// The settings of the selected layers.
class Inspector : public QWidget {
    Q_OBJECT
public:
    /// What the inspector needs to know of a selected layer.
    struct Facts {
        QString name, op;
        qint64 weights = 0;
        qint64 originalBytes = 0;
        qint64 storedBytes = 0;
        double relativeError = 0.0;
        int fullRank = 0;
        int breakEvenRank = 0;
        bool compressible = true;
        QString whyNot; ///< when it is not compressible
    };

    explicit Inspector(QWidget *parent = nullptr);
    ~Inspector() override;

    /// One of each for every selected layer. A control that is being dragged is left alone.
    void setSelection(const QVector<Facts> &facts, const QVector<LayerSettings> &settings);
    /// New figures for the same layers; touches no control.
    void updateFacts(const QVector<Facts> &facts);

signals:
    /// Apply `change` to the settings of every selected layer that can be compressed.
    /// @param description what the user did, for undo: "Bits 8 → 4"
    /// @param dragging the slider is still held; the last one of a drag comes with false
    void edited(std::function<void(lathe::LayerSettings &)> change, const QString &description,
                bool dragging);

private:
    using Edit = std::function<void(LayerSettings &)>;

    QWidget *buildControls();
    QWidget *buildResult();
    void buildPrune();
    void buildQuantize();
    void buildRank();

    void apply(const Edit &change, const QString &description, bool dragging);
    /// A new value by slider or spin box; `text` words a value.
    void applyValue(const QString &subject, const Spread &before, double shown,
                    const std::function<QString(double)> &text, const Edit &change, bool dragging);
    void rememberSettings();
    LayerSettings remembered() const;
    RankSettings rankToOffer(const std::optional<RankSettings> &last) const;
    void onRankUnit(RankSettings::Unit unit);

    void refresh();
    void refreshHeader();
    void refreshPrune();
    void refreshQuantize();
    void refreshRank();
    void refreshRankRemark();
    void refreshResult();

    bool isSingle() const { return m_facts.size() == 1; }
    Spread rankSpread() const;
    RankSettings::Unit shownUnit() const;
    QString subject(const char *one, const char *many) const; ///< both marked by QT_TR_NOOP

    QVector<Facts> m_all;              ///< as selected
    QVector<Facts> m_facts;            ///< of those that can be compressed
    QVector<LayerSettings> m_settings; ///< of the same
    QHash<QString, LayerSettings>
        m_lastOf;     ///< by layer: what an unchecked method gets back when it is checked again
    QString m_before; ///< the value before the drag, as text

    QStackedWidget *m_stack;
    QLabel *m_emptyText;
    ElidedLabel *m_name;
    QLabel *m_details;
    MethodGroup *m_prune;
    MethodGroup *m_quantize;
    MethodGroup *m_rank;
    QComboBox *m_symmetric = nullptr;
    QComboBox *m_granularity = nullptr;
    QComboBox *m_rankUnit = nullptr;
    QPushButton *m_keep = nullptr;
    QLabel *m_resultTitle = nullptr;
    QLabel *m_sizes = nullptr;
    QLabel *m_ratio = nullptr;
    QLabel *m_error = nullptr;
};

} // namespace lathe::ui
