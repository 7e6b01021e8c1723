// Whatever an export adds must not stand in the way of another one.
#include "core/certify/certificate.h"
#include "core/model/proto.h"
#include "core/onnx/graphindex.h"
#include "tests/support/exportcases.h"

#include <QTemporaryDir>
#include <QTest>

#include <set>

using namespace lathe;
using namespace lathe::test;

namespace {

const std::vector<std::string> factorForms{"rank=2", "rank=2,rank.form=spatial", "rank=2,rank.form=tucker2",
                                           "separable=true", "rank=2,residual.bits=3"};

QString failures(const Certificate &certificate)
{
    QString text;
    for (const CertificateCheck &check : certificate.checks)
        if (check.result == CertificateCheck::Result::Failed)
            text += QString::fromStdString(check.name.text() + ": " + check.detail.text() + "\n");
    return text;
}

/// A node name or a value that is there twice.
std::string twice(const Model &model)
{
    std::set<std::string> nodes, values;
    const GraphIndex &index = *model.content().index;
    for (const NodeRef ref : index.nodes()) {
        const onnx::NodeProto &node = index.node(ref);
        if (!node.name().empty() && !nodes.insert(node.name()).second)
            return "node " + node.name();
        for (const std::string &output : node.output())
            if (!output.empty() && !values.insert(output).second)
                return "value " + output;
    }
    return {};
}

Model convolution()
{
    GraphBuilder graph;
    graph.input("x", {1, 16, 8, 8}).output("y", {}).random("w", {24, 16, 3, 3}, 0.1F);
    graph.node("Conv", {"x", "w"}, {"h"}, {{"pads", std::vector<int64_t>{1, 1, 1, 1}}}, "conv1");
    for (const char *taken : {"conv1.reduce", "conv1.core", "conv1.vertical", "conv1.depthwise"}) {
        const auto &nodes = graph.proto().graph().node();
        graph.node("Relu", {nodes[nodes.size() - 1].output(0)}, {std::string(taken) + "/made"}, {}, taken);
    }
    graph.node("Identity", {"conv1.depthwise/made"}, {"y"});
    return graph.build();
}

} // namespace

class TstExportAgain : public QObject {
    Q_OBJECT
private slots:
    void exportOfEveryMethod_compressesAgainInEveryForm_data();
    void exportOfEveryMethod_compressesAgainInEveryForm();
    void takenNodeName_isAvoided_data();
    void takenNodeName_isAvoided();
    void declaredValues_areNames();
    void overridableWeight_isNoted();

private:
    Model exported(const Model &source, const std::string &rule)
    {
        const CompressedModel compressed = Compressor(source).compress({"", {parseRule(rule)}});
        m_path = m_folder.filePath(QString("%1.onnx").arg(m_files++)).toStdString();
        buildModel(compressed, Storage::Compact).model.save(m_path);
        m_certificate = certify(m_path, compressed);
        return Model::load(m_path);
    }
    QTemporaryDir m_folder;
    std::filesystem::path m_path;
    Certificate m_certificate;
    int m_files = 0;
};

void TstExportAgain::exportOfEveryMethod_compressesAgainInEveryForm_data()
{
    QTest::addColumn<QString>("settings");
    for (const char *settings : methodCases())
        QTest::newRow(settings) << QString(settings);
    for (const std::string &settings : factorForms)
        QTest::newRow(settings.c_str()) << QString::fromStdString(settings);
}

void TstExportAgain::exportOfEveryMethod_compressesAgainInEveryForm()
{
    QFETCH(QString, settings);
    const Model once = exported(network(), "*:" + settings.toStdString());
    QVERIFY2(m_certificate.passed(), qPrintable(failures(m_certificate)));
    for (const std::string &form : factorForms) {
        const Model again = exported(once, "*:" + form);
        QVERIFY2(m_certificate.passed(),
                 qPrintable(QString::fromStdString(form) + ": " + failures(m_certificate)));
        QCOMPARE(twice(again), std::string());
    }
}

void TstExportAgain::takenNodeName_isAvoided_data()
{
    QTest::addColumn<QString>("settings");
    for (const std::string &settings : factorForms)
        QTest::newRow(settings.c_str()) << QString::fromStdString(settings);
}

void TstExportAgain::takenNodeName_isAvoided()
{
    QFETCH(QString, settings);
    const Model file = exported(convolution(), "conv1:" + settings.toStdString());
    QVERIFY2(m_certificate.passed(), qPrintable(failures(m_certificate)));
    QCOMPARE(twice(file), std::string());
}

/// A type that is declared for a value which nothing makes would be taken for that of ours.
void TstExportAgain::declaredValues_areNames()
{
    GraphBuilder graph;
    graph.input("x", {1, 16}).output("y", {}).random("w", {16, 16});
    graph.node("MatMul", {"x", "w"}, {"y"}, {}, "fc");
    for (const char *name : {"_0.0", "_0.1", "_0A", "_0T"}) {
        auto *info = graph.proto().mutable_graph()->add_value_info();
        info->set_name(name);
        info->mutable_type()->mutable_tensor_type()->set_elem_type(onnx::TensorProto::STRING);
    }
    for (const char *rule : {"*:bits=3", "*:rank=3,bits=4"}) {
        exported(graph.build(), rule);
        QVERIFY2(m_certificate.passed(), qPrintable(failures(m_certificate)));
    }
}

void TstExportAgain::overridableWeight_isNoted()
{
    for (const int ir : {3, 7}) {
        GraphBuilder graph(9, ir);
        graph.input("x", {1, 16}).input("w", {16, 16}).output("y", {}).random("w", {16, 16});
        graph.node("MatMul", {"x", "w"}, {"y"}, {}, "fc");
        const CompressedModel compressed = Compressor(graph.build()).compress({"", {parseRule("*:bits=4")}});
        const std::vector<Issue> issues = buildModel(compressed, Storage::Compact).issues;
        QCOMPARE(issues.size(), size_t(ir == 3 ? 0 : 1)); // IR 3 has to list every constant
        if (ir > 3)
            QCOMPARE(issues.front().message.text(),
                     std::string("fc: its constant \"w\" was also an input that could be "
                                 "fed, and is none any more."));
    }
}

QTEST_GUILESS_MAIN(TstExportAgain)
#include "tst_exportagain.moc"
