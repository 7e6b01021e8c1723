// The picture of what is taken for what.
#include "tests/ui/sample.h"
#include "ui/compare/confusionview.h"
#include "ui/style/theme.h"

#include <QtTest>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

class TstConfusionView : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void saysWhatACellMeans();
    void namesItsClasses_data();
    void namesItsClasses();
    void namesClassesUpToTheComma();
    void leavesOutWhatIsNotConfused();
};

void TstConfusionView::initTestCase()
{
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    applyTheme(Scheme::Light);
}

void TstConfusionView::saysWhatACellMeans()
{
    VariantComparison comparison;
    comparison.classNames = {"cat", "dog"};
    comparison.confusions = {{0, 1, {3, 7}}};
    comparison.classes = {{0, 20, {17, 13}}, {1, 20, {20, 20}}};
    ConfusionView view;
    view.resize(324, 324);
    view.setComparison(&comparison, 0, 1);
    QCOMPARE(view.textAt(view.cellRect(0, 1).center().toPoint()), QString("cat as dog: 3 → 7"));
    QCOMPARE(view.textAt(view.cellRect(0, 0).center().toPoint()), QString("cat right: 17 → 13"));
    QVERIFY(view.textAt({2, 2}).isEmpty());
    QVERIFY(!view.grab().isNull());
}

/// Each class is taken for the next one, the later ones more often.
VariantComparison confusedInTurn(int classes, const QString &name)
{
    VariantComparison comparison;
    for (int i = 0; i < classes; ++i) {
        comparison.classNames.push_back(name.arg(i).toStdString());
        comparison.confusions.push_back({i, (i + 1) % classes, {2, 3 + i}});
        comparison.classes.push_back({i, 2 * classes, {classes, classes - 1 - i}});
    }
    return comparison;
}

void TstConfusionView::namesItsClasses_data()
{
    QTest::addColumn<int>("classes");
    QTest::addColumn<QString>("className");
    QTest::addColumn<bool>("allShown");
    QTest::newRow("two") << 2 << "class %1" << true;
    QTest::newRow("ten") << 10 << "%1" << true;
    QTest::newRow("ten with long names") << 10 << "a %1 hundred words long name, or nearly so" << true;
    QTest::newRow("thousand") << 1000 << "breed of dog, number %1" << false;
}

void TstConfusionView::namesItsClasses()
{
    QFETCH(int, classes);
    QFETCH(QString, className);
    QFETCH(bool, allShown);
    const VariantComparison comparison = confusedInTurn(classes, className);
    ConfusionView view;
    for (const QSize &size : {QSize(360, 360), QSize(700, 420), QSize(300, 600), QSize(160, 160)}) {
        view.resize(size);
        view.setComparison(&comparison, 0, 1);
        const std::vector<int> &shown = view.shownClasses();
        if (size.width() >= 300)
            QCOMPARE(shown.size() == size_t(classes), allShown);
        QVERIFY(shown.size() >= 2);
        QVERIFY(std::ranges::find(shown, classes - 1) != shown.end()); // what changed most
        const double line = QFontMetricsF(scaledFont(titleScale)).height();
        for (const int label : shown) {
            const QRectF cell = view.cellRect(label, label);
            QVERIFY(QRectF(view.rect()).contains(cell));
            if (size.width() >= 300)
                QVERIFY(cell.height() >= line); // its name has a line of its own
            const QRectF area = view.cellRect(shown.front(), shown.front());
            const QString name = className.arg(label);
            QCOMPARE(view.textAt(QPointF(area.left() - 8, cell.center().y()).toPoint()), name);
            QCOMPARE(view.textAt(QPointF(cell.center().x(), area.top() - 8).toPoint()), name);
        }
        const QImage image = view.grab().toImage();
        if (const QString folder = qEnvironmentVariable("LATHE_SCREENS"); !folder.isEmpty())
            image.save(QString("%1/confusions-%2-%3.png")
                           .arg(folder, QString(QTest::currentDataTag()).replace(' ', '-'))
                           .arg(size.width()));
    }
}

void TstConfusionView::namesClassesUpToTheComma()
{
    VariantComparison comparison;
    comparison.classNames = {"goldfish, Carassius auratus", "tiger shark, Galeocerdo cuvieri", "crane, bird",
                             "crane, machine"};
    for (int i = 0; i < 4; ++i)
        comparison.confusions.push_back({i, (i + 1) % 4, {2, 3 + i}});
    ConfusionView view;
    view.resize(400, 400);
    view.setComparison(&comparison, 0, 1);
    QCOMPARE(view.shownName(0), QString("goldfish"));
    QCOMPARE(view.shownName(1), QString("tiger shark"));
    QCOMPARE(view.shownName(2), QString("crane, bird")); // there are two kinds
    const QRectF cell = view.cellRect(0, 0);
    QCOMPARE(view.textAt(QPointF(cell.left() - 8, cell.center().y()).toPoint()),
             QString("goldfish, Carassius auratus")); // the whole one beside the row
}

void TstConfusionView::leavesOutWhatIsNotConfused()
{
    VariantComparison comparison = confusedInTurn(1000, "class %1");
    for (Confusion &confusion : comparison.confusions)
        if (confusion.label != 500)
            confusion.samples = {4, 4, 9}; // a third variant differs
        else
            confusion.samples = {4, 2, 4};
    for (ClassAccuracy &entry : comparison.classes)
        entry.right.push_back(entry.right[0]);
    ConfusionView view;
    view.resize(360, 360);
    view.setComparison(&comparison, 0, 1);
    QCOMPARE(view.shownClasses(), (std::vector<int>{500, 501}));
    QCOMPARE(view.textAt(view.cellRect(500, 501).center().toPoint()),
             QString("class 500 as class 501: 4 → 2"));
    view.setComparison(nullptr, 0, 1);
    QVERIFY(view.shownClasses().empty());
    QVERIFY(view.textAt({100, 100}).isEmpty());
}

QTEST_MAIN(TstConfusionView)
#include "tst_confusionview.moc"
