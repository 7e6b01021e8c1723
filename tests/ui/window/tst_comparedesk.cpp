// The workspace that sets variants beside the baseline, in the window: how one comes, chooses and leaves.
#include "tests/ui/sample.h"
#include "ui/compare/comparesamples.h"
#include "ui/compare/compareview.h"
#include "ui/variants/variantspanel.h"
#include "ui/variants/variantworkrow.h"
#include "ui/window/mainwindow.h"

#include <QDialog>
#include <QHeaderView>
#include <QLabel>
#include <QProgressBar>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QToolButton>
#include <QTreeView>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

class TstCompareDesk : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanup() { m_window.reset(); }
    void compare_isAPageOfTheWindow();
    void escape_goesBackStepByStep();
    void switchOnceMore_goesBack();
    void selectionInTheList_isCompared();
    void newestVariants_areComparedWithoutAChoice();
    void variantsThatComeLater_areCompared();
    void comparison_hasMostOfTheRoom_data();
    void comparison_hasMostOfTheRoom();
    void list_showsWhatOneChoosesBy();
    void comingAndGoing_keepsTheSize_data() { comparison_hasMostOfTheRoom_data(); }
    void comingAndGoing_keepsTheSize();
    void fileBeingAdded_hasItsRow();
    void fileThatCannotBeHad_saysWhyInFull();

private:
    VariantsPanel *list() const { return m_window->findChild<VariantsPanel *>(); }
    CompareView *view() const { return m_window->findChild<CompareView *>(); }
    Perspective perspective() const { return m_window->findChild<DockArea *>()->perspective(); }
    bool finish() const
    {
        return QTest::qWaitFor([this] { return !view()->isBusy(); }, patience);
    }
    void keep(const char *rule)
    {
        Variant variant;
        variant.id = variant.name = rule;
        variant.recipe.rules.push_back(parseRule(rule));
        m_window->workbench().variants()->append(variant);
    }
    QStringList compared() const
    {
        QStringList names;
        for (const Variant &variant : view()->variants())
            names << variant.name;
        return names;
    }

    std::unique_ptr<MainWindow> m_window;
};

void TstCompareDesk::init()
{
    startClean();
    m_window = std::make_unique<MainWindow>();
    m_window->resize(1280, 800);
    m_window->show();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    QVERIFY(openSample(m_window->workbench()));
    keep("*:bits=2");
    keep("*:bits=4");
}

void TstCompareDesk::compare_isAPageOfTheWindow()
{
    list()->selectVariants({2});
    QVERIFY(!view()->isVisible() && !view()->isBusy());
    QTest::keyClick(m_window.get(), Qt::Key_3, Qt::AltModifier);
    QCOMPARE(perspective(), Perspective::Compare);
    QVERIFY(view()->isVisible() && list()->isVisible());
    QVERIFY(m_window->findChildren<QDialog *>().isEmpty());
    QVERIFY(finish());
    QCOMPARE(compared(), (QStringList{"baseline", "*:bits=4"}));
    QVERIFY(view()->comparison()->isComplete);
}

void TstCompareDesk::escape_goesBackStepByStep()
{
    QTest::keyClick(m_window.get(), Qt::Key_1, Qt::AltModifier);
    emit list()->compareRequested({1});
    QVERIFY(finish());
    auto *samples = view()->findChild<CompareSamples *>();
    samples->openSample(0);
    QTest::keyClick(m_window.get(), Qt::Key_Escape);
    QVERIFY(!samples->isCloseUp());
    QCOMPARE(perspective(), Perspective::Compare);
    QTest::keyClick(m_window.get(), Qt::Key_Escape);
    QCOMPARE(perspective(), Perspective::Inspect); // where one came from
    QVERIFY(!view()->isVisible());
}

void TstCompareDesk::switchOnceMore_goesBack()
{
    QTest::keyClick(m_window.get(), Qt::Key_3, Qt::AltModifier);
    QCOMPARE(perspective(), Perspective::Compare);
    QTest::keyClick(m_window.get(), Qt::Key_3, Qt::AltModifier);
    QCOMPARE(perspective(), Perspective::Tune);
    QTest::keyClick(m_window.get(), Qt::Key_3, Qt::AltModifier);
    QTest::keyClick(m_window.get(), Qt::Key_2, Qt::AltModifier);
    QCOMPARE(perspective(), Perspective::Tune);
}

void TstCompareDesk::selectionInTheList_isCompared()
{
    emit list()->compareRequested({1});
    QVERIFY(finish());
    list()->selectVariants({1, 2});
    QVERIFY(view()->isBusy());
    QVERIFY(finish());
    QCOMPARE(compared(), (QStringList{"baseline", "*:bits=2", "*:bits=4"}));
    list()->selectVariants({0});
    QCOMPARE(compared(), QStringList());
}

void TstCompareDesk::newestVariants_areComparedWithoutAChoice()
{
    keep("*:bits=5");
    keep("*:bits=6");
    keep("*:bits=7");
    list()->selectVariants({});
    QTest::keyClick(m_window.get(), Qt::Key_3, Qt::AltModifier);
    QCOMPARE(list()->selectedVariants(), (QVector<int>{2, 3, 4, 5}));
    QCOMPARE(compared(), (QStringList{"baseline", "*:bits=4", "*:bits=5", "*:bits=6", "*:bits=7"}));
    QVERIFY(finish());
}

/// As a session brings them where the window begins in the comparison.
void TstCompareDesk::variantsThatComeLater_areCompared()
{
    keep("*:bits=5");
    keep("*:bits=6");
    VariantModel *variants = m_window->workbench().variants();
    const QVector<Variant> all = variants->variants();
    variants->setVariants({all.first()});
    m_window->findChild<DockArea *>()->setPerspective(Perspective::Compare);
    QCOMPARE(compared().size(), 0);
    variants->setVariants(all);
    QTRY_COMPARE(compared().size(), all.size());
    QVERIFY(finish());
}

void TstCompareDesk::comparison_hasMostOfTheRoom_data()
{
    QTest::addColumn<QSize>("size");
    for (const QSize &size : {QSize(960, 640), QSize(1280, 800), QSize(2560, 1440)})
        QTest::addRow("%d", size.width()) << size;
}

void TstCompareDesk::comparison_hasMostOfTheRoom()
{
    QFETCH(QSize, size);
    m_window->resize(size);
    QTRY_COMPARE(m_window->size(), size);
    QTest::keyClick(m_window.get(), Qt::Key_3, Qt::AltModifier);
    QVERIFY(finish());
    QTest::qWait(50);
    QCOMPARE(m_window->size(), size); // the window does not grow for it
    const double share = double(view()->width()) / double(size.width());
    const auto *pages = view()->findChild<QTabWidget *>("comparePages");
    QString widths;
    for (int page = 0; page < pages->count(); ++page)
        widths += QString(" %1").arg(pages->widget(page)->minimumSizeHint().width());
    QVERIFY2(share > 0.6, qPrintable(QString("%1; list %2 of at least %3; pages%4")
                                         .arg(share)
                                         .arg(list()->width())
                                         .arg(list()->minimumSizeHint().width())
                                         .arg(widths)));
    QVERIFY(pages->height() > 0.4 * view()->height());
}

/// However small the window is, and whatever samples an accuracy goes by.
void TstCompareDesk::list_showsWhatOneChoosesBy()
{
    VariantModel *variants = m_window->workbench().variants();
    Variant calibrated = variants->at(2);
    calibrated.figures = variants->at(0).figures;
    calibrated.figures.samplesDone = calibrated.figures.samplesTotal = 270;
    calibrated.figures.bytes = 123'456;
    variants->update(2, calibrated);
    m_window->resize(960, 640);
    QTest::keyClick(m_window.get(), Qt::Key_3, Qt::AltModifier);
    QVERIFY(finish());
    const auto *tree = list()->findChild<QTreeView *>();
    QVERIFY(tree->model()->index(2, VariantModel::Top1).data().toString().endsWith("of 270"));
    for (const int column : {VariantModel::Name, VariantModel::Top1, VariantModel::Size, VariantModel::Ratio})
        QTRY_VERIFY2(!tree->header()->isSectionHidden(column), qPrintable(QString::number(column)));
    QTRY_VERIFY(tree->header()->length() <= tree->viewport()->width());
}

void TstCompareDesk::comingAndGoing_keepsTheSize()
{
    QFETCH(QSize, size);
    m_window->resize(size);
    // The second time round every place is one that comes back.
    for (const Qt::Key key : {Qt::Key_3, Qt::Key_2, Qt::Key_1, Qt::Key_3, Qt::Key_1, Qt::Key_2, Qt::Key_3}) {
        QTest::keyClick(m_window.get(), key, Qt::AltModifier);
        QVERIFY(finish());
        QTest::qWait(20);
        QCOMPARE(m_window->size(), size);
    }
}

void TstCompareDesk::fileBeingAdded_hasItsRow()
{
    emit list()->filesRequested({samplePath(), samplePath("nothing.onnx")});
    const auto rowOf = [this](const QString &name) -> VariantWorkRow * {
        for (VariantWorkRow *row : list()->findChildren<VariantWorkRow *>())
            if (row->isVisible() && row->accessibleName().startsWith(name + ':'))
                return row;
        return nullptr;
    };
    VariantWorkRow *row = rowOf("digits");
    QVERIFY(row); // at once
    QVERIFY2(row->accessibleName().contains("reading the file"), qPrintable(row->accessibleName()));
    QVERIFY(row->findChild<QProgressBar *>()->isVisible());
    const auto *tree = list()->findChild<QTreeView *>();
    QVERIFY(row->width() >= tree->header()->length() - 30); // in the place of the figures
    QTRY_VERIFY_WITH_TIMEOUT(!rowOf("digits"), patience);
    QVERIFY(m_window->workbench().variants()->at(3).figures.top1.has_value());
    QTRY_VERIFY_WITH_TIMEOUT(
        rowOf("nothing") && rowOf("nothing")->findChild<QToolButton *>("retryFile")->isVisible(), patience);
    QVERIFY2(rowOf("nothing")->accessibleName().contains("nothing.onnx"),
             qPrintable(rowOf("nothing")->accessibleName()));
    QVERIFY(m_window->findChildren<QDialog *>().isEmpty());
    QTest::mouseClick(rowOf("nothing")->findChild<QToolButton *>("cancelFile"), Qt::LeftButton);
    QTRY_COMPARE(m_window->workbench().variants()->rowCount(), 4);
    // A row that is on its way can be cancelled from the row.
    const QTemporaryDir folder;
    const QString copy = folder.filePath("other.onnx");
    QVERIFY(QFile::copy(samplePath(), copy));
    emit list()->filesRequested({copy});
    QTest::mouseClick(rowOf("other")->findChild<QToolButton *>("cancelFile"), Qt::LeftButton);
    QTRY_COMPARE(m_window->workbench().variants()->rowCount(), 4);
}

void TstCompareDesk::fileThatCannotBeHad_saysWhyInFull()
{
    m_window->resize(960, 640);
    QTest::keyClick(m_window.get(), Qt::Key_3, Qt::AltModifier);
    emit list()->filesRequested({samplePath("nothing.onnx")});
    const auto why = [this] { return list()->findChild<QLabel *>("fileError"); };
    QTRY_VERIFY_WITH_TIMEOUT(why() && why()->isVisible(), patience);
    QVERIFY(why()->text().contains("nothing.onnx"));
    QTRY_VERIFY(why()->heightForWidth(why()->width()) > 30); // more than a line
    QTRY_VERIFY(why()->height() >= why()->heightForWidth(why()->width()));
}

QTEST_MAIN(TstCompareDesk)
#include "tst_comparedesk.moc"
