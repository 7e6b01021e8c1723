#include "ui/window/missingmodel.h"

#include "core/base/fileio.h"
#include "core/model/model.h"
#include "ui/base/messages.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QLocale>
#include <QMessageBox>
#include <QPushButton>

namespace lathe::ui {
namespace {

QString fileName(const QString &path)
{
    return QFileInfo(path).fileName();
}

/// The first few, and how many there are.
QString listed(const std::vector<std::string> &names)
{
    constexpr size_t shown = 4;
    QStringList list;
    for (size_t i = 0; i < std::min(names.size(), shown); ++i)
        list << QString::fromStdString(names[i]);
    const QString all = QLocale().createSeparatedList(list);
    return names.size() <= shown ? all
                                 : MissingModel::tr("%1 and %2 more")
                                       .arg(list.join(QStringLiteral(", ")))
                                       .arg(names.size() - shown);
}

/// One line for each kind of difference.
QString differences(const ModelChange &change)
{
    QStringList lines;
    if (change.hasSameLayers())
        lines << MissingModel::tr(
            "It has the same layers of the same shapes, with other weights or another graph "
            "around them.");
    if (!change.missing.empty())
        lines << MissingModel::tr("%n layers of the project's model are missing: %1.", nullptr,
                                  static_cast<int>(change.missing.size()))
                     .arg(listed(change.missing));
    if (!change.otherShape.empty())
        lines << MissingModel::tr("%n layers have another shape: %1.", nullptr,
                                  static_cast<int>(change.otherShape.size()))
                     .arg(listed(change.otherShape));
    if (change.added > 0)
        lines << MissingModel::tr("%n layers are new.", nullptr, static_cast<int>(change.added));
    if (!change.knowsLayers)
        lines << MissingModel::tr(
            "The project does not remember the layers of its model, so only its rules could "
            "be tried.");
    lines << (change.unmatched.empty()
                  ? MissingModel::tr("Every rule of the project matches a layer there.")
                  : MissingModel::tr("Rules without a layer there would be left out: %1.")
                        .arg(listed(change.unmatched)));
    return lines.join(QLatin1Char('\n'));
}

} // namespace

MissingModel::MissingModel(QWidget *window) : m_window(window) {}

void MissingModel::ask(const ProjectOpening &opening)
{
    const QString model = QString::fromStdString(opening.read.project.model.path.string());
    QMessageBox box(
        QMessageBox::Warning, tr("Lathe"),
        tr("%1 is no longer in %2, and not beside %3 either.")
            .arg(fileName(model), QDir::toNativeSeparators(QFileInfo(model).path()), fileName(opening.path)),
        QMessageBox::Cancel, m_window);
    box.setObjectName(QStringLiteral("modelMissingDialog"));
    box.setInformativeText(
        tr("Show where the model is now. Recipes, variants and figures stay with it; the project "
           "remembers its new place when it is saved."));
    const QPushButton *find = box.addButton(tr("&Find the model…"), QMessageBox::AcceptRole);
    box.exec();
    if (box.clickedButton() == find)
        look(opening);
}

void MissingModel::look(const ProjectOpening &opening)
{
    const QString model = QString::fromStdString(opening.read.project.model.path.string());
    const QString path = QFileDialog::getOpenFileName(m_window, tr("Where is %1?").arg(fileName(model)),
                                                      QFileInfo(opening.path).path(),
                                                      tr("ONNX models (*.onnx);;All files (*)"));
    if (!path.isEmpty())
        compare(opening, path);
}

void MissingModel::compare(const ProjectOpening &opening, const QString &path)
{
    m_runner.setTitle(tr("Comparing %1 with the project's model").arg(fileName(path)));
    m_runner.setRepeatable(true);
    m_runner.start(
        [project = opening.read.project, file = path.toStdString()](const JobContext &ctx) {
            const Model model = Model::load(file, ctx);
            Compared compared{modelChange(project, model, model.sha256()), {}};
            for (const Layer &layer : model.layers())
                compared.layers.push_back(layer.name);
            return compared;
        },
        [this, opening, path](const Outcome<Compared> &outcome) {
            if (const auto *compared = std::get_if<Compared>(&outcome))
                onCompared(opening, path, *compared);
            else if (const auto *error = std::get_if<Error>(&outcome))
                refuse(opening, path, *error);
        });
}

void MissingModel::onCompared(const ProjectOpening &opening, const QString &path, const Compared &compared)
{
    if (compared.change.sameFile) {
        emit found(opening, path);
        return;
    }
    auto *box = new QMessageBox(
        QMessageBox::Warning, tr("Lathe"),
        tr("%1 is not the model that %2 was made with.").arg(fileName(path), fileName(opening.path)),
        QMessageBox::Cancel, m_window);
    box->setObjectName(QStringLiteral("otherModelDialog"));
    box->setInformativeText(differences(compared.change) + QStringLiteral("\n\n") +
                            tr("If it is used, recipe and variants go on with it where its layers fit; their "
                               "figures are measured anew."));
    const QPushButton *use = box->addButton(tr("&Use it anyway"), QMessageBox::DestructiveRole);
    connect(use, &QPushButton::clicked, this,
            [this, opening, path, compared] { useAnyway(opening, path, compared); });
    this->open(box, opening);
}

void MissingModel::refuse(const ProjectOpening &opening, const QString &path, const Error &error)
{
    auto *box = new QMessageBox(QMessageBox::Warning, tr("Lathe"),
                                tr("%1 cannot be read.").arg(fileName(path)), QMessageBox::Cancel, m_window);
    box->setObjectName(QStringLiteral("otherModelDialog"));
    box->setInformativeText(messageText(error.message()));
    this->open(box, opening);
}

/// With the way back to the choice of a file.
void MissingModel::open(QMessageBox *box, const ProjectOpening &opening)
{
    QPushButton *again = box->addButton(tr("&Look again…"), QMessageBox::AcceptRole);
    connect(
        again, &QPushButton::clicked, this, [this, opening] { look(opening); }, Qt::QueuedConnection);
    box->setDefaultButton(again);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->open();
}

void MissingModel::useAnyway(ProjectOpening opening, const QString &path, const Compared &compared)
{
    if (fitRulesTo(opening.read.project, compared.layers))
        opening.read.losses.push_back(
            Message::verbatim(tr("Rules that match no layer of %1 were left out: %2.")
                                  .arg(fileName(path), listed(compared.change.unmatched))
                                  .toStdString()));
    emit found(opening, path);
}

} // namespace lathe::ui
