// lathe network: graphs that have not learned anything yet.
#include "tests/cli/program.h"

#include <onnx/checker.h>
#include <onnx/onnx_pb.h>

using namespace lathe::test;

class TstNetwork : public QObject {
    Q_OBJECT
private slots:
    void written_data();
    void written();
    void seed_makesTheWeights();
    void dropout_isInTheGraph();
    void refused_data();
    void refused();

private:
    QString path(const QString &name) const { return m_folder.filePath(name); }
    onnx::ModelProto read(const QString &name) const
    {
        QFile file(path(name));
        onnx::ModelProto model;
        if (!file.open(QIODevice::ReadOnly) || !model.ParseFromString(file.readAll().toStdString()))
            model.Clear();
        return model;
    }
    QTemporaryDir m_folder;
};

void TstNetwork::written_data()
{
    QTest::addColumn<QString>("network");
    QTest::addColumn<int>("parameters");
    QTest::addColumn<QStringList>("shape");
    QTest::newRow("mlp") << "mlp:784-300-100-10" << 266610 << QStringList{"N", "784"};
    QTest::newRow("one layer") << "mlp:3-2" << 8 << QStringList{"N", "3"};
    QTest::newRow("lenet5") << "lenet5" << 431080 << QStringList{"N", "1", "28", "28"};
    QTest::newRow("small lenet5") << "lenet5:6-16-120" << 34622 << QStringList{"N", "1", "28", "28"};
    QTest::newRow("resnet20") << "resnet20" << 269722 << QStringList{"N", "3", "32", "32"};
}

void TstNetwork::written()
{
    QFETCH(QString, network);
    QFETCH(int, parameters);
    QFETCH(QStringList, shape);
    const Run run = runLathe({"network", network, "-o", path("g.onnx"), "--json"});
    LATHE_EXPECT_EXIT(run, 0);
    // Two of a normalization's four are running statistics, which are no parameters in the papers' counts.
    const int statistics = network == "resnet20" ? 2 * (7 * 16 + 6 * 32 + 6 * 64) : 0;
    QCOMPARE(run.json()["parameters"].toInt(), parameters + statistics);
    const onnx::ModelProto model = read("g.onnx");
    onnx::checker::check_model(model);
    QCOMPARE(model.opset_import(0).version(), int64_t(17));
    QStringList dimensions;
    for (const auto &dimension : model.graph().input(0).type().tensor_type().shape().dim())
        dimensions << (dimension.has_dim_param() ? QString::fromStdString(dimension.dim_param())
                                                 : QString::number(dimension.dim_value()));
    QCOMPARE(dimensions, shape);
    const Run seen = runLathe({"inspect", path("g.onnx"), "--json"});
    LATHE_EXPECT_EXIT(seen, 0);
    QVERIFY(seen.json()["issues"].toArray().isEmpty());
}

void TstNetwork::seed_makesTheWeights()
{
    for (const char *name : {"a", "b"})
        LATHE_EXPECT_EXIT(runLathe({"network", "mlp:20-10", "--seed", "4", "-o", path(name)}), 0);
    LATHE_EXPECT_EXIT(runLathe({"network", "mlp:20-10", "--seed", "5", "-o", path("c")}), 0);
    QCOMPARE(read("a").SerializeAsString(), read("b").SerializeAsString());
    QVERIFY(read("a").SerializeAsString() != read("c").SerializeAsString());
}

void TstNetwork::dropout_isInTheGraph()
{
    LATHE_EXPECT_EXIT(runLathe({"network", "mlp:20-15-12-10", "--dropout", "0.3", "-o", path("d.onnx")}), 0);
    int nodes = 0;
    const onnx::ModelProto model = read("d.onnx");
    for (const auto &node : model.graph().node())
        nodes += node.op_type() == "Dropout";
    QCOMPARE(nodes, 2);
    onnx::checker::check_model(model);
}

void TstNetwork::refused_data()
{
    QTest::addColumn<QString>("network");
    for (const char *network : {"", "mlp", "mlp:", "mlp:10", "mlp:10-", "mlp:10-0", "mlp:10-x", "mlp:-3-4",
                                "mlp:999999-999999", "lenet5:1-2", "lenet", "resnet20:3", "vgg16"})
        QTest::newRow(network) << network;
}

void TstNetwork::refused()
{
    QFETCH(QString, network);
    const Run run = runLathe({"network", network, "-o", path("no.onnx")});
    LATHE_EXPECT_EXIT(run, 2);
    QVERIFY2(run.err.count('\n') == 1, run.report());
    QVERIFY(!QFile::exists(path("no.onnx")));
}

QTEST_GUILESS_MAIN(TstNetwork)
#include "tst_network.moc"
