#pragma once
#include "ui/inspector/methodspec.h"

#include <QHash>
#include <QTimer>
#include <QWidget>

class QLabel;
class QStackedWidget;

namespace lathe::ui {

class ElidedLabel;
class KeepBar;
class MethodGroup;

/// The settings of the selected layers.
class Inspector : public QWidget {
    Q_OBJECT
public:
    using Facts = LayerFacts;

    explicit Inspector(QWidget *parent = nullptr);
    ~Inspector() override;

    /// One of each for every selected layer. A control that is being dragged is left alone.
    void setSelection(const QVector<Facts> &facts, const QVector<LayerSettings> &settings);
    /// New figures for the same layers; touches no control.
    void updateFacts(const QVector<Facts> &facts);
    /// What methods that look at a layer's inputs use ("250 samples of digits"); empty: there is nothing.
    void setCalibration(const QString &description);
    void setDataComing(bool on); ///< they are being prepared: nothing is missing yet
    /// Seconds that the slow parts of these settings of these layers take.
    using Cost = std::function<double(const QVector<int> &layers, const QVector<LayerSettings> &settings)>;
    void setCost(Cost cost) { m_cost = std::move(cost); }
    MethodGroup *method(const QString &id) const; ///< null: there is no such method

signals:
    /// These layers (Facts::layer) are to have these settings, one each.
    /// @param description what the user did, for undo: "Bits 8 → 4"
    /// @param dragging the slider is still held; the last one of a drag comes with false
    void edited(const QVector<int> &layers, const QVector<lathe::LayerSettings> &settings,
                const QString &description, bool dragging);
    /// These layers are to be kept as they are, or let go.
    void keepRequested(const QVector<int> &layers, bool keep);
    void calibrationRequested();

private:
    using Edit = std::function<void(LayerSettings &)>;
    struct Bound {
        MethodSpec spec;
        MethodGroup *group = nullptr;
    };

    QWidget *buildControls();
    QWidget *buildResult();
    void buildMethod(Bound &bound);
    void bindValue(const Bound &bound);
    void buildRank();

    /// @param obstacle of the layers that are left out; null: none is
    void apply(const Edit &change, const QString &description, bool dragging,
               QString LayerFacts::*obstacle = nullptr);
    /// A new value by slider or spin box; `text` words a value.
    void applyValue(const QString &subject, const Spread &before, double shown,
                    const std::function<QString(double)> &text, const Edit &change, bool dragging,
                    QString LayerFacts::*obstacle = nullptr);
    QString costOf(const Choice &choice, int key) const;
    QString costOf(const Bound &bound) const;
    void refreshCosts();
    void onSwitched(const Bound &bound, bool on);
    void onChosen(const Bound &bound, const Choice &choice, int key);
    void rememberSettings();
    LayerSettings remembered() const; ///< has every method
    RankSettings rankToOffer(const std::optional<RankSettings> &last) const;
    void onRankUnit(RankSettings::Unit unit);

    void refresh();
    void refreshHeader();
    void refreshMethod(const Bound &bound);
    void refreshValue(const Bound &bound);
    void refreshChoices(const Bound &bound);
    void refreshCalibration(const Bound &bound);
    void refreshRank();
    void refreshRankRemark();
    void refreshResult();

    bool isKept() const { return m_kept > 0 && m_kept == m_possible; } ///< all that could be changed
    QVector<LayerSettings> able(const Bound &bound) const; ///< of the layers that can have the method
    bool isSingle() const { return m_facts.size() == 1; }
    const Bound &rankMethod() const;
    Spread rankSpread() const;
    QVector<LayerFacts::Ranks> shownRanks() const; ///< of each layer, in the form that it has
    RankSettings::Unit shownUnit() const;
    QString subject(const QString &one, const QString &many) const; ///< %1 in the second: layers

    QVector<Facts> m_all;              ///< as selected
    QVector<bool> m_shown;             ///< of the same: whether it is in m_facts
    int m_possible = 0;                ///< that could be compressed
    int m_kept = 0;                    ///< of these: are kept as they are
    QVector<Facts> m_facts;            ///< of those that can be compressed; of kept ones only where all are
    QVector<LayerSettings> m_settings; ///< of the same
    QHash<QString, LayerSettings>
        m_lastOf;          ///< by layer: what an unchecked method gets back when it is checked again
    QString m_before;      ///< the value before the drag, as text
    Cost m_cost;           ///< null: nothing is said of it
    QTimer m_costsDue;     ///< of switching methods on: what they take can wait until a drag rests
    QString m_calibration; ///< empty: none
    bool m_dataComing = false;

    QStackedWidget *m_stack;
    QLabel *m_emptyText;
    ElidedLabel *m_name;
    QLabel *m_details;
    QVector<Bound> m_methods;
    ChoiceBox *m_rankUnit = nullptr;
    KeepBar *m_keep = nullptr;
    QWidget *m_groups = nullptr; ///< the methods
    QLabel *m_resultTitle = nullptr;
    QLabel *m_sizes = nullptr;
    QLabel *m_ratio = nullptr;
    QLabel *m_error = nullptr;
    QLabel *m_theory = nullptr;
};

} // namespace lathe::ui
