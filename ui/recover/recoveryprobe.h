#pragma once
// What recovering a recipe would do, and how long it would take: known before anything starts. No widgets.
#include "core/train/recoverplan.h"
#include "ui/recover/recoveryjob.h"

#include <QStringList>

namespace lathe::ui {

struct RecoveryFacts {
    QString nothing; ///< why there is nothing to recover; empty: there is
    int layers = 0;  ///< that carry something
    qint64 weights = 0;
    int biases = 0, normalizations = 0;
    QStringList layerNames;

    QString data;        ///< "270 samples of digits (test)"; empty: none
    QString dataFailure; ///< why it cannot be learned from; empty: it can, or there is none
    QString labels;      ///< whether they are used, and why

    QString noEngine;    ///< what to install so that a network can be trained; empty: it is there
    QStringList missing; ///< "Einsum in /attention/scores": operators that nothing is trained through
    QString untrainable; ///< why there is no training besides; empty: there is

    std::optional<double> secondsWithout;  ///< without gradients
    std::optional<double> secondsOfSample; ///< of a step while it is trained
    bool isTimed = false;                  ///< more is not found out of how long it takes
    qint64 samples = 0;
    train::RecoveryScale scale; ///< what a plan is made for; without time and seed
    bool canTrain() const
    {
        return nothing.isEmpty() && noEngine.isEmpty() && missing.isEmpty() && untrainable.isEmpty() &&
               dataFailure.isEmpty() && !data.isEmpty();
    }
};

/// Compresses, opens the data, runs the model and takes a few training steps at rate 0.
/// @param deliver is told what is known before all of it is @throws Error as Compressor::compress(). @throws
/// Cancelled
RecoveryFacts probeRecovery(const RecoveryInput &input,
                            const std::function<void(RecoveryFacts)> &deliver = {},
                            const JobContext &ctx = {});

/// Whether labels are learned from, and why. @param count samples of each class @param classes that the model
/// tells apart; 0: unknown
QString labelsText(const std::vector<size_t> &count, qint64 classes, const std::vector<std::string> &names);

/// How much longer recovering without gradients took on this machine than was worked out; learned from runs.
double recoveryRate();
void learnRecoveryRate(double expected, double seconds);

} // namespace lathe::ui
