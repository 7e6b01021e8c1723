#include "ui/help/aboutdialog.h"

#include "core/runtime/session.h"
#include "ui/widgets/plaintable.h"

#include <QAction>
#include <QCoreApplication>
#include <QDialog>
#include <QDialogButtonBox>
#include <QHeaderView>
#include <QMessageBox>
#include <QVBoxLayout>

namespace lathe::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(lathe::ui::AboutDialog)
};

QString keysOf(const QAction *action)
{
    QStringList keys;
    for (const QKeySequence &sequence : action->shortcuts())
        keys << sequence.toString(QKeySequence::NativeText);
    return keys.join(QStringLiteral(", "));
}

} // namespace

void showAbout(QWidget *parent)
{
    auto *box = new QMessageBox(QMessageBox::NoIcon, Words::tr("About Lathe"),
                                Words::tr("<h3>Lathe %1</h3><p>Turns a neural network down to size.</p>")
                                    .arg(QCoreApplication::applicationVersion()),
                                QMessageBox::Close, parent);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setInformativeText(
        Words::tr(
            "Measures with %1. Built with Qt %2.\n\nFree software under the GNU General Public License, "
            "version 3 or later. It comes with no warranty.")
            .arg(QString::fromStdString(runtimeVersion()), QString::fromLatin1(qVersion())));
    box->open();
}

void showKeyboardHelp(QWidget *parent, const QList<QAction *> &actions)
{
    auto *dialog = new QDialog(parent);
    dialog->setObjectName(QStringLiteral("keyboardHelp"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(Words::tr("Keyboard"));
    QTableWidget *table = makePlainTable({Words::tr("Key"), Words::tr("What it does")}, {}, dialog);
    table->horizontalHeader()->setStretchLastSection(true);
    for (const QAction *action : actions)
        if (!action->shortcuts().isEmpty())
            addPlainRow(table, {keysOf(action), action->toolTip().section(QStringLiteral(" ("), 0, 0)});
    addPlainRow(table, {QKeySequence(QKeySequence::Find).toString(QKeySequence::NativeText),
                        Words::tr("Filter the layers by name")});
    addPlainRow(table, {Words::tr("Up, Down"), Words::tr("The layer above or below; the charts follow")});
    addPlainRow(table, {Words::tr("Shift or Ctrl and click"),
                        Words::tr("Selects several layers; a change applies to all of them")});
    addPlainRow(table, {Words::tr("Left, Right on a slider"),
                        Words::tr("One step; Page Up and Page Down take larger ones")});
    addPlainRow(table, {Words::tr("Tab, Shift+Tab"), Words::tr("The next or the previous control")});
    table->resizeColumnsToContents();

    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close, dialog);
    QObject::connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::reject);
    auto *column = new QVBoxLayout(dialog);
    column->setContentsMargins(16, 16, 16, 16);
    column->setSpacing(8);
    column->addWidget(table);
    column->addWidget(buttons);
    const QSize room = parent ? parent->window()->size() - QSize(40, 60) : QSize(720, 640);
    dialog->resize(QSize(720, 640).boundedTo(room)); // a small window's screen may be no larger
    dialog->show();
}

} // namespace lathe::ui
