#pragma once
#include <QStringList>
#include <QVector>

namespace lathe::ui {

/// One line of a script: what a user does, by hand.
struct StallStep {
    int line = 0; ///< in the script, from 1
    QString action;
    QStringList words; ///< what stands behind the action
    QString text() const
    {
        return words.isEmpty() ? action : action + QLatin1Char(' ') + words.join(QLatin1Char(' '));
    }
};

/// Of a script, one action a line; what follows # is a remark, words with spaces stand in double quotes. The
/// actions are those of docs/performance.md.
/// @throws Error InvalidArgument: a line that is none, with its number
QVector<StallStep> parseStallScript(const QString &script);

} // namespace lathe::ui
