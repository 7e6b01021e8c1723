#pragma once
#include "core/project/project.h"

#include <QDateTime>
#include <QObject>
#include <QString>
#include <QTimer>
#include <optional>

namespace lathe::ui {

class RecipeEditor;
class VariantModel;
struct OpenModel;

/// Keeps the work on a model that no project of the user's keeps, so that closing or a crash loses nothing:
/// in a project file among the program's own data, one for each model, written a moment after a change. Of
/// two windows on one model, the one that writes last is continued. Which data went with a model the settings
/// know.
class SessionKeeper : public QObject {
    Q_OBJECT
public:
    struct Session {
        Project work;   ///< without the figures when the model's file is another one now
        QDateTime when; ///< it was written
    };

    SessionKeeper(const OpenModel &open, const RecipeEditor &editor, const VariantModel &variants,
                  QObject *parent = nullptr);

    void begin(); ///< of the model that was just opened
    /// What read() would find, whatever it is worth. From any thread.
    static std::optional<Project> peek(const QString &model);
    /// Empty when there is none, or none that can be read: that one is put aside, and notice() says so.
    std::optional<Session> read();
    void save(); ///< now, what there is to keep

    static QString pathFor(const QString &model);

signals:
    void notice(const QString &text); ///< good to know, needs no answer

private:
    void refuse(const QString &path, const Message &reason);

    const OpenModel &m_open;
    const RecipeEditor &m_editor;
    const VariantModel &m_variants;
    ProjectModel m_model; ///< the file, as it was when it was opened
    QString m_unread;     ///< a session that could neither be read nor put aside; empty: none
    QTimer m_autosave;
};

} // namespace lathe::ui
