#pragma once
#include "core/base/error.h"
#include "ui/session/presets.h"

#include <QStringList>

namespace lathe::ui {

/// The presets of one's own: recipe files in a folder of the user's configuration.
class PresetStore {
public:
    struct Listed {
        QVector<Preset> presets; ///< by name
        QStringList problems;    ///< a sentence for each file that is left out
    };

    static QString folder();
    static Listed list();
    /// Takes the place of one with this name. @throws Error FileUnwritable; InvalidArgument for a name
    /// without letters
    static void save(const QString &name, const std::vector<Rule> &rules);
    /// @throws Error as save(), InvalidArgument where the name is taken
    static void rename(const Preset &preset, const QString &name);
    static void remove(const Preset &preset); ///< @throws Error FileUnwritable
};

} // namespace lathe::ui
