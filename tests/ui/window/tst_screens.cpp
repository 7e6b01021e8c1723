// Every panel and dialog at three window sizes, light and dark, in both languages: something is drawn, no
// text is cut off and nothing lies on something else. With LATHE_SCREENS=FOLDER the pictures are kept to be
// looked at.
#include "tests/ui/dialogs.h"
#include "ui/base/translation.h"
#include "ui/data/datasetdialog.h"
#include "ui/export/exportdialog.h"
#include "ui/help/tour.h"
#include "ui/recipe/rulesdialog.h"
#include "ui/variants/variantspanel.h"
#include "ui/widgets/callout.h"
#include "ui/widgets/panelparts.h"
#include "ui/window/dockarea.h"
#include "ui/window/mainactions.h"
#include "ui/window/mainwindow.h"
#include "ui/window/preferencesdialog.h"

#include <QAbstractButton>
#include <QAbstractScrollArea>
#include <QComboBox>
#include <QDockWidget>
#include <QLabel>
#include <QLineEdit>
#include <QSet>
#include <QTabBar>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

namespace {

const QStringList everyLanguage{"en", "zh_CN"};
const QList<std::pair<QString, Scheme>> everyScheme{{"light", Scheme::Light}, {"dark", Scheme::Dark}};
const QList<QSize> everySize{{960, 640}, {1280, 800}, {1920, 1080}};

bool scrolls(const QWidget *widget)
{
    for (const QWidget *parent = widget->parentWidget(); parent && !parent->isWindow();
         parent = parent->parentWidget())
        if (qobject_cast<const QAbstractScrollArea *>(parent))
            return true;
    return false;
}

/// In a panel that another one covers, of which only the tab is seen.
bool isBehindATab(const QWidget *widget)
{
    for (; widget && !widget->isWindow(); widget = widget->parentWidget())
        if (qobject_cast<const QDockWidget *>(widget))
            return widget->visibleRegion().isEmpty();
    return false;
}

/// What holds a line of text of its own.
QString textOf(const QWidget *widget)
{
    if (const auto *label = qobject_cast<const QLabel *>(widget))
        return label->text();
    if (const auto *button = qobject_cast<const QAbstractButton *>(widget))
        return button->text();
    if (const auto *box = qobject_cast<const QComboBox *>(widget))
        return box->currentText();
    if (const auto *tabs = qobject_cast<const QTabBar *>(widget))
        return tabs->tabText(tabs->currentIndex());
    return {};
}

QString nameOf(const QWidget *widget)
{
    return QString("%1 \"%2\" in %3")
        .arg(widget->metaObject()->className(), textOf(widget).left(40),
             widget->parentWidget() ? widget->parentWidget()->metaObject()->className() : "nothing");
}

bool isCut(const QWidget *widget)
{
    if (qobject_cast<const ElidedLabel *>(widget) || qobject_cast<const QTabBar *>(widget))
        return false; // these shorten their text themselves, and show it whole on hover
    if (const auto *label = qobject_cast<const QLabel *>(widget); label && label->wordWrap())
        return label->heightForWidth(label->width()) > label->height() + 1;
    if (const auto *box = qobject_cast<const QComboBox *>(widget))
        return box->fontMetrics().horizontalAdvance(box->currentText()) > box->width() - 20;
    return widget->sizeHint().width() > widget->width() + 1 ||
           widget->sizeHint().height() > widget->height() + 3;
}

/// Of the window's texts that are seen: those that find no room, and pairs that overlap.
QStringList faultsOf(const QWidget *window)
{
    QStringList faults;
    QList<std::pair<const QWidget *, QRect>> texts;
    for (const QWidget *widget : window->findChildren<QWidget *>()) {
        if (!widget->isVisible() || widget->window() != window || textOf(widget).isEmpty() ||
            isBehindATab(widget))
            continue;
        if (isCut(widget))
            faults << nameOf(widget) + QString(" has %1 x %2 and needs %3 x %4")
                                           .arg(widget->width())
                                           .arg(widget->height())
                                           .arg(widget->sizeHint().width())
                                           .arg(widget->sizeHint().height());
        const QRect seen = widget->visibleRegion().boundingRect();
        if (!scrolls(widget) && seen != widget->rect())
            faults << nameOf(widget) + " is partly hidden";
        if (!seen.isEmpty())
            texts.push_back({widget, seen.translated(widget->mapTo(window, QPoint()))});
    }
    for (qsizetype i = 0; i < texts.size(); ++i)
        for (qsizetype j = i + 1; j < texts.size(); ++j) {
            const auto &[a, rectA] = texts[i];
            const auto &[b, rectB] = texts[j];
            if (rectA.intersects(rectB) && !a->isAncestorOf(b) && !b->isAncestorOf(a))
                faults << nameOf(a) + " lies on " + nameOf(b);
        }
    return faults;
}

/// A panel that shows nothing has the colours of its background and its frame.
int coloursIn(const QImage &image)
{
    QSet<QRgb> colours;
    for (int y = 0; y < image.height(); y += 2)
        for (int x = 0; x < image.width(); x += 2)
            colours << image.pixel(x, y);
    return int(colours.size());
}

/// Of the window as it is now; kept if that is asked for.
QImage picture(QWidget *window, const QString &name)
{
    QTest::qWait(60);
    const QImage image = window->grab().toImage();
    if (const QString folder = qEnvironmentVariable("LATHE_SCREENS"); !folder.isEmpty())
        image.save(
            QString("%1/%2-%3.png").arg(folder, name, QString(QTest::currentDataTag()).replace(' ', '-')));
    return image;
}

/// The window as the row of the test has it.
class Screen : public MainWindow {
public:
    Screen()
    {
        QFETCH(Scheme, scheme);
        QFETCH(QSize, size);
        show();
        setScheme(scheme);
        resize(size);
    }
};

} // namespace

class TstScreens : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanup() { applyLanguage("en"); }
    void panels_data();
    void panels();
    void startPage_data() { panels_data(); }
    void startPage();
    void tour_data() { panels_data(); }
    void tour();
    void dialogs_data() { panels_data(); }
    void dialogs();

private:
    void look(QWidget *window, const QString &name);
    template <class Dialog>
    void lookAt(const QWidget &window);
};

void TstScreens::init()
{
    startClean();
    QFETCH(QString, language);
    applyLanguage(language);
}

void TstScreens::panels_data()
{
    QTest::addColumn<QString>("language");
    QTest::addColumn<Scheme>("scheme");
    QTest::addColumn<QSize>("size");
    for (const QString &language : everyLanguage)
        for (const auto &[schemeName, scheme] : everyScheme)
            for (const QSize &size : everySize)
                QTest::addRow("%s %s %d", qPrintable(language), qPrintable(schemeName), size.width())
                    << language << scheme << size;
}

void TstScreens::look(QWidget *window, const QString &name)
{
    QVERIFY2(coloursIn(picture(window, name)) > 16, qPrintable(name));
    // A text that has just changed asks for its room, each layout asks the one around it, and all of it is
    // done before the window is painted next.
    constexpr int deepest = 8;
    QStringList faults = faultsOf(window);
    for (int depth = 0; depth < deepest && !faults.isEmpty(); ++depth) {
        QCoreApplication::sendPostedEvents(nullptr, QEvent::LayoutRequest);
        faults = faultsOf(window);
    }
    QVERIFY2(faults.isEmpty(), qPrintable(name + ":\n" + faults.join('\n')));
}

template <class Dialog>
void TstScreens::lookAt(const QWidget &window)
{
    QDialog *dialog = shownDialog<Dialog>(window);
    QVERIFY(dialog);
    QTest::qWait(600); // what it computes
    look(dialog, QString(Dialog::staticMetaObject.className()).section(':', -1).toLower());
    dialog->reject();
}

void TstScreens::panels()
{
    Screen window;
    QVERIFY(openSample(window.workbench()));
    QVERIFY(window.workbench().editor().openRecipe(samplePath("digits.recipe.json")));
    QVERIFY(settle(window.workbench()));
    window.workbench().variantStore().save("eight bits and a rank");
    auto *area = window.findChild<DockArea *>();
    for (const Perspective perspective : {Perspective::Inspect, Perspective::Tune, Perspective::Compare}) {
        area->setPerspective(perspective);
        QVERIFY(settle(window.workbench()));
        look(&window, QString("window%1").arg(int(perspective)));
        for (QDockWidget *dock : window.findChildren<QDockWidget *>())
            if (dock->isVisible() && !dock->visibleRegion().isEmpty())
                QVERIFY2(coloursIn(dock->grab().toImage()) > 8, qPrintable(dock->objectName()));
    }
}

void TstScreens::startPage()
{
    Screen window;
    look(&window, "start");
}

void TstScreens::tour()
{
    Screen window;
    window.tour().take();
    QVERIFY(QTest::qWaitFor([&] { return window.findChild<Tour *>()->isRunning(); }, patience));
    QVERIFY(settle(window.workbench()));
    for (int step = 0; step < 4; ++step) {
        picture(&window, QString("tour%1").arg(step + 1));
        for (const QLabel *label : window.findChild<Callout *>()->findChildren<QLabel *>())
            QVERIFY2(!isCut(label), qPrintable(nameOf(label)));
        window.findChild<Tour *>()->next();
    }
}

void TstScreens::dialogs()
{
    Screen window;
    QVERIFY(openSample(window.workbench()));
    window.workbench().editor().applyPreset(presets().first());
    QVERIFY(settle(window.workbench()));
    window.workbench().variantStore().save("eight bits");
    const MainActions &actions = window.actions();
    actions.exportModel->trigger();
    lookAt<ExportDialog>(window);
    actions.editRules->trigger();
    lookAt<RulesDialog>(window);
    actions.preferences->trigger();
    lookAt<PreferencesDialog>(window);
    actions.openData->trigger();
    lookAt<DatasetDialog>(window);
}

QTEST_MAIN(TstScreens)
#include "tst_screens.moc"
