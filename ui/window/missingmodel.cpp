#include "ui/window/missingmodel.h"

#include "core/base/fileio.h"
#include "core/model/model.h"
#include "ui/base/messages.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QLocale>
#include <QPushButton>
#include <utility>

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
    abandon();
    m_opening = opening;
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
        look();
    else
        giveUp();
}

void MissingModel::compare(const ProjectOpening &opening, const QString &path)
{
    abandon();
    m_opening = opening;
    start(path);
}

void MissingModel::abandon()
{
    m_runner.abandon();
    m_opening.reset();
    if (m_box) {
        m_box->disconnect(this);
        m_box->close();
    }
}

void MissingModel::giveUp()
{
    abandon();
    emit givenUp();
}

void MissingModel::look()
{
    if (!m_opening)
        return;
    const QString model = QString::fromStdString(m_opening->read.project.model.path.string());
    const QString path = QFileDialog::getOpenFileName(m_window, tr("Where is %1?").arg(fileName(model)),
                                                      QFileInfo(m_opening->path).path(),
                                                      tr("ONNX models (*.onnx);;All files (*)"));
    if (path.isEmpty())
        giveUp();
    else if (m_opening) // the window went on while the dialog stood
        start(path);
}

void MissingModel::start(const QString &path)
{
    m_runner.setTitle(tr("Comparing %1 with the project's model").arg(fileName(path)));
    m_runner.setRepeatable(true);
    m_runner.start(
        [project = m_opening->read.project, file = path.toStdString()](const JobContext &ctx) {
            const Model model = Model::load(file, ctx);
            Compared compared{modelChange(project, model, model.sha256()), {}};
            for (const Layer &layer : model.layers())
                compared.layers.push_back(layer.name);
            return compared;
        },
        [this, path](const Outcome<Compared> &outcome) {
            if (const auto *compared = std::get_if<Compared>(&outcome))
                onCompared(path, *compared);
            else if (const auto *error = std::get_if<Error>(&outcome))
                refuse(path, *error);
            else
                giveUp();
        });
}

void MissingModel::onCompared(const QString &path, const Compared &compared)
{
    if (compared.change.sameFile) {
        take(path);
        return;
    }
    QMessageBox *box = makeBox(
        tr("%1 is not the model that %2 was made with.").arg(fileName(path), fileName(m_opening->path)),
        differences(compared.change) + QStringLiteral("\n\n") +
            tr("If it is used, recipe and variants go on with it where its layers fit; their "
               "figures are measured anew."));
    const QPushButton *use = box->addButton(tr("&Use it anyway"), QMessageBox::DestructiveRole);
    open(box, use, [this, path, compared] { useAnyway(path, compared); });
}

void MissingModel::refuse(const QString &path, const Error &error)
{
    open(makeBox(tr("%1 cannot be read.").arg(fileName(path)), messageText(error.message())), nullptr, {});
}

QMessageBox *MissingModel::makeBox(const QString &text, const QString &details)
{
    auto *box = new QMessageBox(QMessageBox::Warning, tr("Lathe"), text, QMessageBox::Cancel, m_window);
    box->setObjectName(QStringLiteral("otherModelDialog"));
    box->setInformativeText(details);
    return box;
}

/// With the way back to the choice of a file. @param use null: there is no way on
void MissingModel::open(QMessageBox *box, const QPushButton *use, const std::function<void()> &used)
{
    m_box = box;
    QPushButton *again = box->addButton(tr("&Look again…"), QMessageBox::AcceptRole);
    box->setDefaultButton(again);
    box->setAttribute(Qt::WA_DeleteOnClose);
    connect(box, &QMessageBox::finished, this, [this, box, use, again, used] {
        const QAbstractButton *clicked = box->clickedButton();
        m_box.clear(); // it is closing by itself
        if (clicked == again)
            QMetaObject::invokeMethod(this, &MissingModel::look, Qt::QueuedConnection);
        else if (use && clicked == use)
            used();
        else
            giveUp();
    });
    box->open();
}

void MissingModel::take(const QString &path)
{
    const ProjectOpening opening = *std::exchange(m_opening, std::nullopt);
    emit found(opening, path);
}

void MissingModel::useAnyway(const QString &path, const Compared &compared)
{
    if (fitRulesTo(m_opening->read.project, compared.layers))
        m_opening->read.losses.push_back(
            Message::verbatim(tr("Rules that match no layer of %1 were left out: %2.")
                                  .arg(fileName(path), listed(compared.change.unmatched))
                                  .toStdString()));
    take(path);
}

} // namespace lathe::ui
