#pragma once
// What the nodes of the graph can be coloured by.
#include "core/model/model.h"
#include "ui/session/previewrunner.h"

#include <QColor>
#include <QHash>
#include <QVector>

namespace lathe::ui {

struct GraphQuantity {
    enum class Combine { Sum, Mean, Largest }; ///< what a block shows of the layers inside

    QString id;   ///< as remembered
    QString name; ///< "Size in the file"
    QString why;  ///< why there are no figures yet; empty: there are
    Combine combine = Combine::Sum;
    std::vector<double> values; ///< by layer; NaN: not known
    QString (*text)(double) = nullptr;
    bool byPowers = false;  ///< a scale of powers suits it: layers differ by many times
    bool ofRecipe = false;  ///< follows from the recipe
    bool onRequest = false; ///< takes a while: measured when it is chosen

    bool isKnown() const { return why.isEmpty(); }
    /// Of several layers together; NaN: not known of any.
    double combined(const QVector<int> &layers) const { return combined(layers, combine); }
    double combined(const QVector<int> &layers, Combine how) const;
};

/// All there are, in a fixed order, those without figures too. @param preview may be empty or of another
/// recipe's size @param probes what was measured on request, by id
QVector<GraphQuantity> graphQuantities(const Model &model, const PreviewUpdate &preview,
                                       const QHash<QString, std::vector<double>> &probes = {});

/// A perceptual ramp, 0..1 from quiet to strong on the paper of the theme.
QColor rampColor(double share);
/// Black or white, whichever is read better on a colour.
QColor inkOn(const QColor &paper);

} // namespace lathe::ui
