#pragma once
#include "core/base/error.h"
#include "ui/session/presets.h"

#include <QPair>

namespace lathe::ui {

/// The presets of one's own: recipe files in a folder of the user's configuration.
class PresetStore {
public:
    /// A file that is left out.
    struct Unreadable {
        QString file;
        QString why; ///< a sentence with its name
    };
    struct Listed {
        QVector<Preset> presets; ///< by name
        QVector<Unreadable> unreadable;
    };

    static QString folder();
    static Listed list();
    /// Takes the place of one with this name. @throws Error FileUnwritable; InvalidArgument for a name
    /// without letters
    static void save(const QString &name, const std::vector<Rule> &rules);
    /// With the new name of each; two may swap theirs. @throws Error as save(), InvalidArgument, before any
    /// is renamed, where two would have the same
    static void rename(const QVector<QPair<Preset, QString>> &presets);
    static void remove(const QString &file); ///< @throws Error FileUnwritable
};

} // namespace lathe::ui
