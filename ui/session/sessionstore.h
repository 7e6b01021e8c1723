#pragma once
#include "ui/variants/variantmodel.h"

#include <QDateTime>
#include <QString>
#include <optional>

namespace lathe::ui {

/// Work on one model as it is kept between runs, so that closing or a crash loses nothing.
struct StoredSession {
    Recipe recipe;
    QString recipePath;        ///< the file the recipe was opened from or saved to; empty: none yet
    QVector<Variant> variants; ///< without the baseline
    QDateTime when;
    QString origin = {}; ///< id of the variant that the recipe was made from; empty: the baseline
};

/// One JSON file for each model in the user's data folder.
class SessionStore {
public:
    /// Writes the session, or removes the file when there is nothing to keep.
    /// @returns false when it could not be written (disk full, no permission).
    static bool save(const QString &model, const StoredSession &session);
    /// Empty when there is none, or none that can be read. Figures of a model file that changed since are
    /// left out.
    static std::optional<StoredSession> load(const QString &model);
    static QString pathFor(const QString &model);
};

} // namespace lathe::ui
