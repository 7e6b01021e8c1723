// What the panel says before anything starts, and which ways it leaves open.
#include "ui/recover/progresschart.h"
#include "ui/recover/recoverpanel.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QPushButton>
#include <QRadioButton>
#include <QSpinBox>
#include <QtTest>

using namespace lathe;
using namespace lathe::ui;

class TstRecoverPanel : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates)); }
    void init();
    void missingLibrary_isSaidAndLeavesTheWayWithout();
    void missingOperators_areListedWithTheirLayers();
    void noData_leavesTheMeans();
    void time_saysHowOftenAllIsSeen();
    void states_showTheirButtons();
    void focus_staysInThePanel();
    void labels_areUsedWhereTheyServe();
    void chart_tellsEachPoint();
    void chosenFolder_staysWhateverElseIsOffered();
    void seed_isThatOfThePlan();

private:
    static RecoveryFacts facts();
    QString text(const char *name) { return m_panel->findChild<QLabel *>(QString::fromLatin1(name))->text(); }
    template <class T>
    T *part(const char *name)
    {
        return m_panel->findChild<T *>(QString::fromLatin1(name));
    }
    std::unique_ptr<RecoverPanel> m_panel;
};

RecoveryFacts TstRecoverPanel::facts()
{
    RecoveryFacts facts;
    facts.layers = 5;
    facts.weights = 61000;
    facts.biases = 5;
    facts.data = "500 samples of digits";
    facts.labels = "Labels are used";
    facts.samples = 500;
    facts.isTimed = true;
    facts.secondsWithout = 12;
    facts.secondsOfSample = 0.01;
    return facts;
}

void TstRecoverPanel::init()
{
    m_panel = std::make_unique<RecoverPanel>();
    m_panel->resize(360, 800);
    m_panel->show();
}

void TstRecoverPanel::missingLibrary_isSaidAndLeavesTheWayWithout()
{
    RecoveryFacts without = facts();
    without.noEngine =
        "Training needs liblathe-train.so, which is not there: install the package lathe-train.";
    m_panel->setFacts(without);
    QCOMPARE(text("recoverWhyNot"), without.noEngine);
    QVERIFY(!part<QRadioButton>("recoverTraining")->isEnabled());
    QVERIFY(part<QRadioButton>("recoverWithout")->isChecked());
    QVERIFY(part<QPushButton>("recoverStart")->isEnabled());
}

void TstRecoverPanel::missingOperators_areListedWithTheirLayers()
{
    RecoveryFacts missing = facts();
    missing.missing =
        QStringList{"Einsum in /scores", "TopK in /pick", "A in a", "B in b", "C in c", "D in d"};
    m_panel->setFacts(missing);
    const QString said = text("recoverWhyNot");
    QVERIFY2(said.contains("Einsum in /scores") && said.contains("TopK in /pick"), qPrintable(said));
    QVERIFY2(said.contains("2 more"), qPrintable(said));
    QVERIFY(!part<QRadioButton>("recoverTraining")->isEnabled());
    QVERIFY(part<QPushButton>("recoverStart")->isEnabled());
}

void TstRecoverPanel::noData_leavesTheMeans()
{
    RecoveryFacts none = facts();
    none.data.clear();
    none.samples = 0;
    none.secondsOfSample.reset();
    m_panel->setFacts(none);
    QVERIFY(text("recoverLabels").contains("means of outputs"));
    QVERIFY(text("recoverWhyNot").contains("choose data"));
    QVERIFY(part<QPushButton>("recoverStart")->isEnabled());
}

void TstRecoverPanel::time_saysHowOftenAllIsSeen()
{
    RecoveryFacts early = facts(); // nobody waits until it is known how long it takes
    early.isTimed = false;
    early.secondsWithout.reset();
    early.secondsOfSample.reset();
    m_panel->setFacts(early);
    QVERIFY(text("recoverWithoutTime").contains("Measuring"));
    QVERIFY(part<QPushButton>("recoverStart")->isEnabled());
    m_panel->setFacts(facts());
    QVERIFY2(text("recoverWithoutTime").contains("10 s"), qPrintable(text("recoverWithoutTime")));
    m_panel->chooseTraining(true);
    part<QSpinBox>("recoverMinutes")->setValue(1);
    QVERIFY2(text("recoverTrainingTime").contains("12 passes"), qPrintable(text("recoverTrainingTime")));
    part<QSpinBox>("recoverMinutes")->setValue(2);
    QVERIFY2(text("recoverTrainingTime").contains("24 passes"), qPrintable(text("recoverTrainingTime")));
    QCOMPARE(m_panel->choice().seconds, 120.0);
}

void TstRecoverPanel::states_showTheirButtons()
{
    m_panel->setFacts(facts());
    const auto shown = [this](const char *name) { return part<QPushButton>(name)->isVisible(); };
    QVERIFY(shown("recoverStart") && !shown("recoverPause") && !shown("recoverCancel"));
    QVERIFY(!shown("recoverResume"));
    m_panel->setCheckpoint(true);
    QVERIFY(shown("recoverResume"));
    m_panel->setState(RecoverPanel::State::Running);
    QVERIFY(!shown("recoverStart") && shown("recoverPause") && shown("recoverCancel"));
    QSignalSpy pause(m_panel.get(), &RecoverPanel::pauseRequested);
    QTest::mouseClick(part<QPushButton>("recoverPause"), Qt::LeftButton);
    QCOMPARE(pause.front().front().toBool(), true);
    m_panel->setState(RecoverPanel::State::Paused);
    QTest::mouseClick(part<QPushButton>("recoverPause"), Qt::LeftButton);
    QCOMPARE(pause.back().front().toBool(), false);
}

/// What had it is hidden while something runs; it does not go to another panel.
void TstRecoverPanel::focus_staysInThePanel()
{
    m_panel->setFacts(facts());
    QVERIFY(QTest::qWaitForWindowActive(m_panel.get()));
    part<QPushButton>("recoverStart")->setFocus();
    m_panel->setState(RecoverPanel::State::Running);
    QVERIFY(part<QPushButton>("recoverPause")->hasFocus());
    part<QPushButton>("recoverCancel")->setFocus();
    m_panel->setState(RecoverPanel::State::Paused);
    QVERIFY(part<QPushButton>("recoverCancel")->hasFocus());
    m_panel->setState(RecoverPanel::State::Idle);
    QVERIFY(part<QRadioButton>("recoverWithout")->hasFocus());
}

void TstRecoverPanel::labels_areUsedWhereTheyServe()
{
    QVERIFY(labelsText({}, 10, {}).contains("no labels"));
    QVERIFY(labelsText(std::vector<size_t>(10, 20), 10, {}).contains("are used"));
    std::vector<size_t> rare(10, 20);
    rare[3] = 2;
    const QString why = labelsText(rare, 10, {"a", "b", "c", "owl"});
    QVERIFY2(why.contains("not used") && why.contains("owl"), qPrintable(why));
    // A class that there is no sample of at all is one, too.
    QVERIFY(labelsText(std::vector<size_t>(9, 20), 10, {}).contains("not used"));
    QVERIFY(labelsText(std::vector<size_t>(12, 20), 10, {}).contains("not used"));
}

void TstRecoverPanel::chart_tellsEachPoint()
{
    m_panel->showCharts(true, true);
    ProgressChart *chart = m_panel->accuracy();
    QVERIFY(chart->isEmpty());
    chart->begin(4);
    chart->setLevels({{"original", 0.98, [] { return QColor(Qt::gray); }}});
    chart->add({0, 0.91, true});
    chart->add({1, 0.95, true});
    QVERIFY(!chart->isEmpty());
    QVERIFY(QTest::qWaitForWindowExposed(m_panel.get()));
    QCOMPARE(chart->points().size(), 2);
    QVERIFY(chart->positionOf(1).x() > chart->positionOf(0).x());
    QVERIFY(chart->positionOf(1).y() < chart->positionOf(0).y()); // higher is better
    QCOMPARE(chart->csv().count('\n'), 3);
}

void TstRecoverPanel::chosenFolder_staysWhateverElseIsOffered()
{
    m_panel->setData({{"a:train", "train"}, {"a#first", "half"}});
    m_panel->chooseData("/my/folder", "folder");
    m_panel->setData({{"b:train", "train"}});
    QCOMPARE(m_panel->choice().data, QString("/my/folder"));
    m_panel->setData({}); // nothing is measured
    QCOMPARE(m_panel->choice().data, QString("/my/folder"));
    m_panel->setData({{"/my/folder", "calibration data: folder"}, {"b:train", "train"}});
    QCOMPARE(m_panel->choice().data, QString("/my/folder"));
    QCOMPARE(part<QComboBox>("recoverData")->count(), 3); // once, and other data
    m_panel->setData({{"b:train", "train"}});
    m_panel->forgetChosenData(); // it was for another model
    QCOMPARE(m_panel->choice().data, QString("b:train"));
    QCOMPARE(part<QComboBox>("recoverData")->count(), 2);
}

void TstRecoverPanel::seed_isThatOfThePlan()
{
    m_panel->setPlan(R"({"lathe_plan": 1, "seed": 5000000001, "steps": [{"epochs": 3}]})");
    QCOMPARE(m_panel->choice().seed, quint64(5000000001));
    QCOMPARE(planOf(m_panel->choice())->seed, uint64_t(5000000001));
    part<QDoubleSpinBox>("recoverSeed")->setValue(3); // which is also there to change it
    QCOMPARE(planOf(m_panel->choice())->seed, uint64_t(3));
}

QTEST_MAIN(TstRecoverPanel)
#include "tst_recoverpanel.moc"
