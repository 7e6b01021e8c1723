#pragma once
#include "core/project/modelchange.h"
#include "ui/jobs/jobrunner.h"
#include "ui/session/projectkeeper.h"

#include <QMessageBox>
#include <QPointer>

namespace lathe::ui {

/// Asks where the model of a project is that is no longer where the project says, and whether it is that one:
/// another model is taken only by who was told in what it differs. One project at a time; its lock is held
/// until that is known.
class MissingModel : public QObject {
    Q_OBJECT
public:
    /// @param window parent of the questions
    explicit MissingModel(QWidget *window);

    void ask(const ProjectOpening &opening);
    /// Whether this file is the model, in the background; asks when it is not.
    void compare(const ProjectOpening &opening, const QString &path);
    /// Another model is wanted by now: questions close, and nothing comes of the search.
    void abandon();

signals:
    /// @param opening with the rules left out that do not go with the model
    void found(const lathe::ui::ProjectOpening &opening, const QString &model);
    void givenUp(); ///< by who was asked

private:
    struct Compared {
        ModelChange change;
        std::vector<std::string> layers; ///< names, of the file that was shown
    };
    void look();
    void start(const QString &path);
    void onCompared(const QString &path, const Compared &compared);
    void refuse(const QString &path, const Error &error);
    void take(const QString &path);
    void useAnyway(const QString &path, const Compared &compared);
    void giveUp();
    QMessageBox *makeBox(const QString &text, const QString &details);
    void open(QMessageBox *box, const QPushButton *use, const std::function<void()> &used);

    QWidget *m_window;
    std::optional<ProjectOpening> m_opening; ///< whose model is looked for
    QPointer<QMessageBox> m_box;             ///< about a file that is not the model
    JobRunner m_runner;
};

} // namespace lathe::ui
