#pragma once
// A graph panel on the screen, laid out, and ways to find and click what is in it.
#include "tests/support/graphbuilder.h"
#include "tests/ui/sample.h"
#include "ui/graph/graphpanel.h"
#include "ui/graph/nodepanel.h"

namespace lathe::test {

/// Two convolutions, conv_a and conv_b, each with an operator behind it.
inline Model convModel()
{
    GraphBuilder b;
    b.input("x", {1, 3, 8, 8}).output("y").random("w", {5, 3, 3, 3}).random("v", {7, 5, 1, 1});
    b.node("Conv", {"x", "w"}, {"c"}, {}, "conv_a").node("Relu", {"c"}, {"r"}, {}, "relu_a");
    b.node("Conv", {"r", "v"}, {"d"}, {}, "conv_b").node("Sigmoid", {"d"}, {"y"}, {}, "end");
    return b.build();
}

struct ShownGraph {
    ui::GraphPanel panel;
    explicit ShownGraph(const Model &model, QSize size = {520, 800})
    {
        panel.resize(size);
        panel.show();
        panel.setModel(model);
        wait();
    }
    bool wait()
    {
        return QTest::qWaitFor([this] { return panel.isLaidOut(); }, patience);
    }
    bool waitForValues()
    {
        return QTest::qWaitFor([this] { return !panel.nodePanel()->isReading(); }, patience);
    }
    ui::GraphView *view() { return panel.view(); }
    const ui::GraphScene &scene() { return *panel.view()->scene(); }
    /// The first item of this title, or of a node of this name; -1: none
    int itemOf(const QString &text)
    {
        const auto &nodes = scene().document->graph.nodes;
        for (size_t i = 0; i < scene().items.size(); ++i) {
            const ui::SceneItem &item = scene().items[i];
            if (item.title == text ||
                (!item.block && nodes[size_t(item.source.node)].name == text.toStdString()))
                return int(i);
        }
        return -1;
    }
    QPoint placeOf(int item) { return view()->toWidget(scene().items[size_t(item)].rect.center()).toPoint(); }
    void click(const QString &text, Qt::KeyboardModifiers keys = {})
    {
        QTest::mouseClick(view(), Qt::LeftButton, keys, placeOf(itemOf(text)));
    }
    int blocks() { return int(std::ranges::count(scene().items, true, &ui::SceneItem::block)); }
    QString text() { return panel.nodePanel()->text(); }
};

} // namespace lathe::test
