#include "core/model/model.h"
#include "core/project/modelchange.h"
#include "tests/support/livemodels.h"

#include <QtTest>

using namespace lathe;
using namespace lathe::test;

class TstModelChange : public QObject {
    Q_OBJECT
private slots:
    void sameFile_isTold();
    void missingOtherAndNewLayers_areNamed();
    void otherWeights_haveTheSameLayers();
    void layersThatAreNotKnown_leaveTheRules();
    void rulesWithoutALayer_areLeftOut();
    void layers_areKeptInTheFile();
};

static Project projectOf(const Model &model)
{
    Project project;
    project.model.path = "/somewhere/m.onnx";
    project.model.sha256 = "abc";
    project.layers = projectLayers(model);
    return project;
}

void TstModelChange::sameFile_isTold()
{
    const Model model = liveConvolution();
    QVERIFY(modelChange(projectOf(model), model, "abc").sameFile);
    Project unknown = projectOf(model);
    unknown.model.sha256.clear();
    QVERIFY(!modelChange(unknown, model, "").sameFile);
}

void TstModelChange::missingOtherAndNewLayers_areNamed()
{
    const Model model = liveConvolution();
    Project project = projectOf(model);
    QVERIFY(project.layers.size() >= 2);
    project.layers[0].name = "gone";
    project.layers[1].rows += 1;
    const ModelChange change = modelChange(project, model, "def");
    QVERIFY(!change.sameFile && change.knowsLayers && !change.hasSameLayers());
    QCOMPARE(change.missing, std::vector<std::string>{"gone"});
    QCOMPARE(change.otherShape, std::vector<std::string>{project.layers[1].name});
    QCOMPARE(change.added, int64_t(1));
}

void TstModelChange::otherWeights_haveTheSameLayers()
{
    const Model model = liveConvolution();
    const ModelChange change = modelChange(projectOf(model), model, "def");
    QVERIFY(!change.sameFile && change.hasSameLayers());
}

void TstModelChange::layersThatAreNotKnown_leaveTheRules()
{
    const Model model = liveConvolution();
    Project project = projectOf(model);
    project.layers.clear();
    project.recipe.rules = {parseRule("*:bits=8"), parseRule("nowhere*:bits=4")};
    const ModelChange change = modelChange(project, model, "def");
    QVERIFY(!change.knowsLayers && !change.hasSameLayers());
    QCOMPARE(change.added, int64_t(0));
    QCOMPARE(change.unmatched, std::vector<std::string>{"nowhere*"});
}

void TstModelChange::rulesWithoutALayer_areLeftOut()
{
    const Model model = liveConvolution();
    Project project = projectOf(model);
    project.recipe.rules = {parseRule("*:bits=8"), parseRule("nowhere:bits=4")};
    project.variants.push_back({});
    project.variants[0].recipe.rules = {parseRule("elsewhere:bits=4")};
    QVERIFY(
        (modelChange(project, model, "def").unmatched == std::vector<std::string>{"elsewhere", "nowhere"}));
    std::vector<std::string> names;
    for (const Layer &layer : model.layers())
        names.push_back(layer.name);
    QVERIFY(fitRulesTo(project, names));
    QCOMPARE(project.recipe.rules.size(), size_t(1));
    QVERIFY(project.variants[0].recipe.rules.empty());
    QVERIFY(!fitRulesTo(project, names));
}

void TstModelChange::layers_areKeptInTheFile()
{
    const Project project = projectOf(liveConvolution());
    const ReadProject back = projectFromJson(toJson(project, "/somewhere"), "/somewhere", "p");
    QVERIFY(back.losses.empty());
    QVERIFY(back.project.layers == project.layers);
    QVERIFY(projectFromJson(R"({"lathe_project": 2, "model": {"path": "m"}, "layers": [{"name": "a"}, 3]})",
                            "/", "p")
                .project.layers.empty());
}

QTEST_APPLESS_MAIN(TstModelChange)
#include "tst_modelchange.moc"
