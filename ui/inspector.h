#pragma once
#include "core/recipe/recipe.h"

#include <QVector>
#include <QWidget>

#include <functional>

namespace lathe::ui {

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
    QVector<Facts> m_facts;
    QVector<LayerSettings> m_settings;
};

} // namespace lathe::ui
