// The chart of channels in the window: what it shows of the selected layer, and what dragging in it does.
#include "tests/support/residualmodel.h"
#include "tests/ui/sample.h"
#include "ui/charts/channelchart.h"
#include "ui/charts/chartpages.h"
#include "ui/charts/histogramchart.h"
#include "ui/charts/plotview.h"
#include "ui/layers/layerpanel.h"
#include "ui/style/theme.h"
#include "ui/window/mainwindow.h"

#include <QLabel>
#include <QTabBar>
#include <QTemporaryDir>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

class TstChannelDesk : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanup() { m_window.reset(); }

    void scores_areThoseOfTheCriterion();
    void draggedLine_removesLiveInOneStep();
    void lineLetGoAtZero_switchesChannelsOff();
    void keys_removeToo();
    void gone_areThoseOfTheRecipe();
    void sharedChannels_areSetTogether();
    void budgetAndCount_lockTheLine_data();
    void budgetAndCount_lockTheLine();
    void keptLayer_hasNoLine();
    void layerWithoutAGroup_saysWhy();
    void severalLayers_askForOne();
    void narrowLayer_isWhatTheOtherChartsShow();

private:
    void open(const Model &model, const QString &name);
    void select(const QVector<int> &layers);
    Workbench &workbench() { return m_window->workbench(); }
    const LayerSettings &settings(const char *layer)
    {
        return workbench().editor().settings()[size_t(layerNamed(workbench(), layer))];
    }
    void setChannels(const char *layer, const ChannelSettings &channels);
    ChannelChart *chart() { return m_window->findChild<ChannelChart *>(); }
    QWidget *viewport() { return chart()->findChild<PlotView *>()->viewport(); }
    QPoint middle(double x) { return {qRound(x), viewport()->height() / 2}; }
    QString text();
    int gone();

    std::unique_ptr<MainWindow> m_window;
    QTemporaryDir m_folder;
};

void TstChannelDesk::init()
{
    startClean();
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    applyTheme(Scheme::Light);
    m_window = std::make_unique<MainWindow>();
    m_window->resize(1440, 900);
    m_window->show();
    QVERIFY(openSample(workbench()));
    for (ChartPages *pages : m_window->findChildren<ChartPages *>())
        if (pages->isAncestorOf(chart()))
            pages->setCurrent(pages->tabs()->count() - 1);
    QVERIFY(chart()->isVisible());
    select({layerNamed(workbench(), "conv2")});
    QTRY_VERIFY_WITH_TIMEOUT(!chart()->handlePlaces().isEmpty(), patience);
}

void TstChannelDesk::open(const Model &model, const QString &name)
{
    const QString path = m_folder.filePath(name + ".onnx");
    model.save(path.toStdString());
    workbench().openModel(path);
    QTRY_VERIFY_WITH_TIMEOUT(workbench().modelName() == name && workbench().isSettled(), patience);
}

void TstChannelDesk::select(const QVector<int> &layers)
{
    m_window->findChild<LayerPanel *>()->selectLayers(layers);
    QVERIFY(settle(workbench()));
    QCoreApplication::processEvents();
}

void TstChannelDesk::setChannels(const char *layer, const ChannelSettings &channels)
{
    workbench().editor().editLayers(
        {layerNamed(workbench(), layer)}, [&](LayerSettings &s) { s.channels = channels; }, "channels",
        false);
    QVERIFY(settle(workbench()));
}

QString TstChannelDesk::text()
{
    QStringList texts;
    for (const QLabel *label : chart()->findChildren<QLabel *>())
        if (label->isVisibleTo(chart()))
            texts << label->text();
    return texts.join('|');
}

int TstChannelDesk::gone()
{
    int count = 0;
    for (int place = 0; place < int(chart()->channels().channels.size()); ++place)
        count += chart()->isGone(place);
    return count;
}

/// By hand: the norm of each row, as a share of the mean.
void TstChannelDesk::scores_areThoseOfTheCriterion()
{
    const Matrix weight = workbench().model().weight(size_t(layerNamed(workbench(), "conv2")));
    const Eigen::VectorXd norms = weight.cast<double>().rowwise().norm();
    const RankedChannels ranked = chart()->channels();
    QCOMPARE(ranked.channels.size(), size_t(weight.rows()));
    QCOMPARE(ranked.measure, QString("L2 norm"));
    for (size_t i = 0; i < ranked.channels.size(); ++i) {
        QVERIFY(std::abs(ranked.channels[i].score - norms[ranked.channels[i].number] / norms.mean()) < 1e-4);
        QVERIFY(i == 0 || ranked.channels[i - 1].score <= ranked.channels[i].score);
        QVERIFY(ranked.channels[i].bytes > 0 && ranked.channels[i].macs > 0);
    }
    setChannels("conv2", {.value = 0.25, .criterion = ChannelCriterion::Random});
    QTRY_COMPARE_WITH_TIMEOUT(chart()->channels().measure, QString("Random"), patience);
}

void TstChannelDesk::draggedLine_removesLiveInOneStep()
{
    setChannels("conv2", {.value = 0.125, .criterion = ChannelCriterion::L1});
    QTRY_VERIFY_WITH_TIMEOUT(gone() == 4, patience);
    const int steps = workbench().editor().undoStack()->count();
    const double from = chart()->handlePlaces().first();
    const double to = chart()->positionOf(15).x() + 1.0;
    QTest::mousePress(viewport(), Qt::LeftButton, {}, middle(from));
    for (int part = 1; part <= 4; ++part)
        QTest::mouseMove(viewport(), middle(from + (to - from) * part / 4));
    QVERIFY(workbench().editor().isDragging());
    const double ratio = settings("conv2").channels->value;
    QVERIFY2(ratio > 0.4, qPrintable(QString::number(ratio))); // while it is held
    QCOMPARE(gone(), int(std::lround(ratio * 32)));
    QTest::mouseRelease(viewport(), Qt::LeftButton, {}, middle(chart()->handlePlaces().first()));
    QVERIFY(!workbench().editor().isDragging());
    QCOMPARE(settings("conv2").channels->value, ratio);
    QCOMPARE(settings("conv2").channels->criterion, ChannelCriterion::L1); // what else was chosen stays
    QCOMPARE(workbench().editor().undoStack()->count(), steps + 1);
    QVERIFY(settle(workbench()));
    const auto &compressed = workbench().previews().preview().compressed;
    QCOMPARE(int64_t(compressed->source.layers()[size_t(layerNamed(workbench(), "conv2"))].rows),
             int64_t(32 - std::lround(ratio * 32)));
    workbench().editor().undoStack()->undo();
    QCOMPARE(settings("conv2").channels->value, 0.125);
}

void TstChannelDesk::lineLetGoAtZero_switchesChannelsOff()
{
    setChannels("conv2", {.value = 0.5});
    QTRY_VERIFY_WITH_TIMEOUT(gone() == 16, patience);
    QTest::keyClick(chart()->findChild<PlotView *>(), Qt::Key_Home);
    QVERIFY(!settings("conv2").channels);
    QTRY_COMPARE(gone(), 0);
}

void TstChannelDesk::keys_removeToo()
{
    chart()->findChild<PlotView *>()->setFocus();
    QTest::keyClick(chart()->findChild<PlotView *>(), Qt::Key_Right);
    QTest::keyClick(chart()->findChild<PlotView *>(), Qt::Key_Right);
    QVERIFY(std::abs(settings("conv2").channels->value - 2.0 / 32.0) < 1e-9);
    QVERIFY(settle(workbench()));
    QTRY_COMPARE(gone(), 2);
}

void TstChannelDesk::gone_areThoseOfTheRecipe()
{
    setChannels("conv2", {.value = 0.3, .round = 8}); // 10 of 32 asked for, 8 go
    QTRY_VERIFY_WITH_TIMEOUT(gone() == 8, patience);
    const auto &narrowing = workbench().previews().preview().compressed->narrowing;
    QVERIFY(narrowing != nullptr);
    std::vector<size_t> shown;
    for (int place = 0; place < int(chart()->channels().channels.size()); ++place)
        if (chart()->isGone(place))
            shown.push_back(size_t(chart()->channels().channels[size_t(place)].number));
    std::ranges::sort(shown);
    QVERIFY(std::ranges::count(narrowing->removed, shown) == 1);
}

/// Two layers whose outputs are added.
void TstChannelDesk::sharedChannels_areSetTogether()
{
    GraphBuilder b;
    b.input("x", {1, 3, 8, 8}).output("y");
    b.random("u", {6, 3, 1, 1}).random("v", {6, 3, 1, 1}).random("w", {2, 6, 1, 1});
    b.node("Conv", {"x", "u"}, {"a"}, {}, "left").node("Conv", {"x", "v"}, {"b"}, {}, "right");
    b.node("Add", {"a", "b"}, {"c"}, {}, "sum").node("Conv", {"c", "w"}, {"y"}, {}, "last");
    open(b.build(), "shared");
    select({layerNamed(workbench(), "right")});
    QTRY_VERIFY_WITH_TIMEOUT(!chart()->handlePlaces().isEmpty(), patience);
    QVERIFY2(chart()->channels().subject.contains("1 other layer"), qPrintable(chart()->channels().subject));
    setChannels("left", {.value = 0.5});
    QTRY_VERIFY_WITH_TIMEOUT(gone() == 3, patience); // the settings of either are those of both
    QTest::keyClick(chart()->findChild<PlotView *>(), Qt::Key_Right);
    QVERIFY(settings("left").channels && settings("left").channels == settings("right").channels);
    QVERIFY(settle(workbench()));
    QTRY_COMPARE(gone(), 4);
    QTest::keyClick(chart()->findChild<PlotView *>(), Qt::Key_Home);
    QVERIFY(!settings("left").channels && !settings("right").channels);
}

void TstChannelDesk::budgetAndCount_lockTheLine_data()
{
    QTest::addColumn<int>("unit");
    QTest::addColumn<double>("value");
    QTest::addColumn<QString>("said");
    QTest::newRow("count") << int(ChannelSettings::Unit::Keep) << 20.0 << "stay, as the recipe counts them";
    QTest::newRow("budget") << int(ChannelSettings::Unit::Budget) << 0.9 << "budget over the model";
}

void TstChannelDesk::budgetAndCount_lockTheLine()
{
    QFETCH(int, unit);
    QFETCH(double, value);
    QFETCH(QString, said);
    setChannels("conv2", {.unit = ChannelSettings::Unit(unit), .value = value});
    QTRY_VERIFY_WITH_TIMEOUT(gone() > 0, patience);
    QVERIFY(chart()->handlePlaces().isEmpty());
    QVERIFY2(chart()->line().locked.contains(said), qPrintable(chart()->line().locked));
}

void TstChannelDesk::keptLayer_hasNoLine()
{
    workbench().editor().setKept({layerNamed(workbench(), "conv2")}, true);
    QVERIFY(settle(workbench()));
    QTRY_VERIFY(chart()->handlePlaces().isEmpty());
    QVERIFY2(chart()->line().locked.contains("kept as it is"), qPrintable(chart()->line().locked));
}

void TstChannelDesk::layerWithoutAGroup_saysWhy()
{
    select({layerNamed(workbench(), "fc3")});
    QTRY_VERIFY(chart()->isEmpty());
    QVERIFY2(text().contains("No channels of fc3 can go: they are part of the output logits."),
             qPrintable(text()));
}

void TstChannelDesk::severalLayers_askForOne()
{
    select({0, 1});
    QTRY_VERIFY(chart()->isEmpty());
    QVERIFY2(text().contains("Select one layer"), qPrintable(text()));
}

void TstChannelDesk::narrowLayer_isWhatTheOtherChartsShow()
{
    for (ChartPages *pages : m_window->findChildren<ChartPages *>())
        if (pages->isAncestorOf(chart()))
            pages->setCurrent(0);
    auto *histogram = m_window->findChild<HistogramChart *>();
    const auto weights = [histogram] {
        qint64 sum = 0;
        for (const QString &row : histogram->csv().split('\n').mid(1))
            sum += row.split(',').value(2).toLongLong();
        return sum;
    };
    select({layerNamed(workbench(), "conv3")}); // which reads them
    QTRY_COMPARE(weights(), qint64(48 * 32 * 9));
    setChannels("conv2", {.value = 0.25});
    QTRY_COMPARE_WITH_TIMEOUT(weights(), qint64(48 * 24 * 9), patience);
    bool said = false;
    for (const QLabel *label : histogram->findChildren<QLabel *>())
        said = said || label->text().contains("48 × 216");
    QVERIFY(said);
    setChannels("conv2", {.value = 0.5}); // and of another width than before
    QTRY_COMPARE_WITH_TIMEOUT(weights(), qint64(48 * 16 * 9), patience);
    workbench().editor().undoStack()->undo();
    workbench().editor().undoStack()->undo();
    QTRY_COMPARE_WITH_TIMEOUT(weights(), qint64(48 * 32 * 9), patience);
}

QTEST_MAIN(TstChannelDesk)
#include "tst_channeldesk.moc"
