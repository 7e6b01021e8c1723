// The channels of the selected layer in the graph: who makes, reads and passes them, and what holds them.
#include "tests/support/residualmodel.h"
#include "tests/ui/graph/showngraph.h"
#include "ui/graph/channellegend.h"
#include "ui/graph/channellight.h"
#include "ui/layers/layerpanel.h"
#include "ui/style/theme.h"
#include "ui/window/mainwindow.h"

#include <QLabel>
#include <QPainter>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

class TstGraphChannels : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();

    void group_lightsUpWithItsEdges();
    void lock_standsWhereItsReasonSays();
    void readerAlone_isNotThePlaceOfAGroup();
    void severalLayers_lightNothing();
    void closedBlock_showsWhatIsInIt();
    void roles_areToldApartWithoutColour();
    void tooltip_saysTheRole();
    void window_lightsTheGroupOfTheSelection();
    void otherModel_putsTheLightOut();

private:
    /// conv_a (5 channels) -> Relu -> conv_b (7 channels) -> Sigmoid -> y, with its channels.
    struct Shown : ShownGraph {
        explicit Shown(const Model &model) : ShownGraph(model), compressor(model)
        {
            panel.setChannels(channelMap(compressor, {}));
        }
        unsigned roles(const char *item) { return view()->marks().roles.at(size_t(itemOf(item))); }
        Compressor compressor;
    };
};

void TstGraphChannels::initTestCase()
{
    startClean();
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    applyTheme(Scheme::Light);
}

void TstGraphChannels::group_lightsUpWithItsEdges()
{
    Shown s(convModel());
    QVERIFY(s.view()->marks().roles.empty() || s.panel.channelText().isEmpty()); // nothing is selected
    s.panel.selectLayers({0});
    QCOMPARE(s.roles("conv_a"), unsigned(MakesChannels));
    QCOMPARE(s.roles("relu_a"), unsigned(PassesChannels));
    QCOMPARE(s.roles("conv_b"), unsigned(ReadsChannels));
    QCOMPARE(s.roles("end"), unsigned(NoRole));
    // The edges between them, and no other.
    const GraphScene &scene = s.scene();
    for (size_t e = 0; e < scene.edges.size(); ++e) {
        const int from = scene.edges[e].source.from, to = scene.edges[e].source.to;
        const bool inGroup =
            s.view()->marks().roles[size_t(from)] != NoRole && s.view()->marks().roles[size_t(to)] != NoRole;
        QCOMPARE(bool(s.view()->marks().litEdges[e]), inGroup);
    }
    QVERIFY2(s.panel.channelText().contains("5 channel") && s.panel.channelText().contains("conv_a") &&
                 s.panel.channelText().contains("read by 1"),
             qPrintable(s.panel.channelText()));
    QVERIFY(!s.panel.channelText().contains("stay"));
    s.panel.selectLayers({});
    QVERIFY(s.panel.channelText().isEmpty());
    QVERIFY(s.view()->marks().roles.empty());
}

void TstGraphChannels::lock_standsWhereItsReasonSays()
{
    Shown s(convModel());
    s.panel.selectLayers({1});
    QVERIFY(s.roles("conv_b") & MakesChannels);
    QVERIFY2(s.panel.channelText().contains("all have to stay") && s.panel.channelText().contains("output y"),
             qPrintable(s.panel.channelText()));
    int holders = 0;
    for (const unsigned roles : s.view()->marks().roles)
        holders += (roles & HoldsChannels) != 0;
    QVERIFY(holders > 0);
    QVERIFY(s.panel.findChild<ChannelLegend *>()->text().contains("have to stay"));
    QVERIFY(!s.panel.findChild<ChannelLegend *>()->text().contains("reads"));
}

void TstGraphChannels::readerAlone_isNotThePlaceOfAGroup()
{
    Shown s(convModel());
    s.panel.selectLayers({0});
    const unsigned asReader = s.roles("conv_b");
    s.panel.selectLayers({1});
    QVERIFY(asReader != s.roles("conv_b"));
    QCOMPARE(s.roles("conv_a"), unsigned(NoRole));
}

void TstGraphChannels::severalLayers_lightNothing()
{
    Shown s(convModel());
    s.panel.selectLayers({0, 1});
    QVERIFY(s.view()->marks().roles.empty());
    QVERIFY(s.panel.channelText().isEmpty());
    QVERIFY(s.panel.findChild<ChannelLegend *>()->isHidden());
}

void TstGraphChannels::closedBlock_showsWhatIsInIt()
{
    Shown s(residualBlocks(8, true).build());
    const int first = int(s.compressor.source().layerIndex("first_3"));
    s.panel.collapseAll();
    QVERIFY(s.wait());
    QVERIFY(s.blocks() > 0);
    s.panel.selectLayers({first});
    const int item = s.scene().itemOfLayer(first);
    QVERIFY(s.scene().items[size_t(item)].block);
    QVERIFY(s.view()->marks().roles[size_t(item)] & MakesChannels);
    QVERIFY(s.view()->marks().roles[size_t(item)] & ReadsChannels); // the second convolution is in it too
    s.panel.expandAll();
    QVERIFY(s.wait());
    QCOMPARE(s.roles("first_3"), unsigned(MakesChannels));
    QCOMPARE(s.roles("relu_3"), unsigned(PassesChannels));
    QCOMPARE(s.roles("second_3"), unsigned(ReadsChannels));
    QCOMPARE(s.roles("first_4"), unsigned(NoRole));
}

void TstGraphChannels::roles_areToldApartWithoutColour()
{
    const auto greyOf = [](unsigned roles) {
        QImage image(120, 60, QImage::Format_RGB32);
        image.fill(Qt::white);
        QPainter painter(&image);
        paintRoles(painter, QRectF(20, 15, 80, 30), roles, 1.0);
        painter.end();
        return image.convertToFormat(QImage::Format_Grayscale8);
    };
    const std::vector<unsigned> all = {NoRole,
                                       MakesChannels,
                                       ReadsChannels,
                                       PassesChannels,
                                       MakesChannels | ReadsChannels,
                                       MakesChannels | HoldsChannels,
                                       PassesChannels | HoldsChannels};
    for (size_t a = 1; a < all.size(); ++a)
        for (size_t b = a + 1; b < all.size(); ++b)
            QVERIFY2(greyOf(all[a]) != greyOf(all[b]), qPrintable(QString("%1 %2").arg(all[a]).arg(all[b])));
}

void TstGraphChannels::tooltip_saysTheRole()
{
    Shown s(convModel());
    s.panel.selectLayers({0});
    QVERIFY(s.view()->toolTipOf(s.itemOf("conv_b")).contains("reads them"));
    QVERIFY(s.view()->toolTipOf(s.itemOf("relu_a")).contains("passes them on"));
    QVERIFY(!s.view()->toolTipOf(s.itemOf("end")).contains("Channels of"));
    s.panel.selectLayers({1});
    bool said = false;
    for (size_t i = 0; i < s.scene().items.size(); ++i)
        said = said || s.view()->toolTipOf(int(i)).contains("have to stay");
    QVERIFY(said);
}

void TstGraphChannels::window_lightsTheGroupOfTheSelection()
{
    MainWindow window;
    window.resize(1280, 800);
    window.show();
    QVERIFY(openSample(window.workbench()));
    auto *graph = window.findChild<GraphPanel *>();
    QTRY_VERIFY_WITH_TIMEOUT(graph->isLaidOut(), patience);
    window.findChild<LayerPanel *>()->selectLayers({layerNamed(window.workbench(), "conv2")});
    QTRY_VERIFY(graph->channelText().contains("conv2"));
    QVERIFY2(graph->channelText().contains("32 channel"), qPrintable(graph->channelText()));
    window.findChild<LayerPanel *>()->selectLayers({layerNamed(window.workbench(), "fc3")});
    QTRY_VERIFY(graph->channelText().contains("output logits"));
}

void TstGraphChannels::otherModel_putsTheLightOut()
{
    Shown s(convModel());
    s.panel.selectLayers({0});
    QVERIFY(!s.panel.channelText().isEmpty());
    s.panel.setModel(residualModel(3));
    QVERIFY(s.panel.channelText().isEmpty());
    QVERIFY(s.wait());
    s.panel.selectLayers({0}); // whose channels nobody has followed
    QVERIFY(s.panel.channelText().isEmpty());
}

QTEST_MAIN(TstGraphChannels)
#include "tst_graphchannels.moc"
