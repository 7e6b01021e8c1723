#pragma once
#include "core/project/modelchange.h"
#include "ui/jobs/jobrunner.h"
#include "ui/session/projectkeeper.h"

class QMessageBox;
class QWidget;

namespace lathe::ui {

/// Asks where the model of a project is that is no longer where the project says, and whether it is that one:
/// another model is taken only by who was told in what it differs.
class MissingModel : public QObject {
    Q_OBJECT
public:
    /// @param window parent of the questions
    explicit MissingModel(QWidget *window);

    void ask(const ProjectOpening &opening);
    /// Whether this file is the model, in the background; asks when it is not.
    void compare(const ProjectOpening &opening, const QString &path);

signals:
    /// @param opening with the rules left out that do not go with the model
    void found(const lathe::ui::ProjectOpening &opening, const QString &model);

private:
    struct Compared {
        ModelChange change;
        std::vector<std::string> layers; ///< names, of the file that was shown
    };
    void look(const ProjectOpening &opening);
    void onCompared(const ProjectOpening &opening, const QString &path, const Compared &compared);
    void refuse(const ProjectOpening &opening, const QString &path, const Error &error);
    void useAnyway(ProjectOpening opening, const QString &path, const Compared &compared);
    void open(QMessageBox *box, const ProjectOpening &opening);

    QWidget *m_window;
    JobRunner m_runner;
};

} // namespace lathe::ui
