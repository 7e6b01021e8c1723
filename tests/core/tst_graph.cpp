#include "core/exporting/graph.h"

#include "core/model/proto.h"
#include "core/onnx/graphindex.h"
#include "tests/support/exportcases.h"
#include "tests/support/modelruns.h"

#include <QTest>

using namespace lathe;
using namespace lathe::test;

namespace {

constexpr double sameGraphTolerance = 1e-6; ///< the same weights in the same nodes
constexpr double productTolerance = 1e-5;   ///< factors multiplied by another library
constexpr double halfTolerance = 5e-3;

Recipe recipeFor(const std::string &settings)
{
    return {"", {parseRule("*:" + settings)}};
}

std::vector<Tensor> outputsOf(const Model &model, bool optimize, const std::vector<std::string> &extra = {})
{
    SessionOptions options;
    options.optimize = optimize;
    options.extraOutputs = extra;
    const Session session(model, options);
    const std::vector<Tensor> feed = feedFor(session);
    return session.run(std::vector<TensorView>(feed.begin(), feed.end()));
}

Tensor initializer(const Model &model, const std::string &name)
{
    for (const GraphIndex::Entry &entry : model.content().index->graphs())
        for (const auto &tensor : entry.graph->initializer())
            if (tensor.name() == name)
                return readTensor(tensor, model.content());
    return {};
}

bool isProduct(const CompressedModel &compressed, const BuiltModel &built, size_t layer)
{
    const auto &encoding = compressed.layers[layer].code.weight;
    return encoding && std::holds_alternative<FactorEncoding>(*encoding) &&
           built.layers[layer].values.size() == 1;
}

/// Everything that is promised of an export, for one model and one recipe.
class Promise {
public:
    Promise(const Model &source, const std::string &settings)
        : m_compressed(Compressor(source).compress(recipeFor(settings))), m_exporter(source),
          m_compact(m_exporter.build(m_compressed, Storage::Compact)),
          m_dense(m_exporter.build(m_compressed, Storage::Dense))
    {
    }

    /// @returns what is broken; empty: nothing.
    QString broken()
    {
        for (const auto &check :
             {&Promise::outputs, &Promise::weights, &Promise::bytes, &Promise::bookkeeping})
            if (const QString what = (this->*check)(); !what.isEmpty())
                return what;
        return {};
    }
    const BuiltModel &compact() const { return m_compact; }

private:
    double tolerance(ElementType type) const
    {
        if (type == ElementType::Float16)
            return halfTolerance;
        for (size_t i = 0; i < m_compressed.layers.size(); ++i) {
            if (isProduct(m_compressed, m_dense, i))
                return m_compressed.source.layers()[i].weightType == ElementType::Float16 ? halfTolerance
                                                                                          : productTolerance;
        }
        return sameGraphTolerance;
    }
    QString outputs()
    {
        for (const bool optimize : {true, false}) {
            const Tensor compact = outputsOf(m_compact.model, optimize)[0];
            const Tensor dense = outputsOf(m_dense.model, optimize)[0];
            const double apart = relativeDifference(compact, dense);
            if (compact.shape != dense.shape || apart > tolerance(dense.type))
                return QString("outputs differ by %1, optimized: %2").arg(apart).arg(optimize);
        }
        return {};
    }
    /// The constants of the plain form hold exactly what the encodings decode to.
    QString plainValues(size_t layer)
    {
        const Layer &l = m_compressed.source.layers()[layer];
        const Encoding &encoding = *m_compressed.layers[layer].code.weight;
        const std::vector<std::string> &values = m_dense.layers[layer].values;
        if (values.size() == 1) {
            const Tensor expected =
                fromFloats(l.weightType, l.weightShape, matrixToConstant(l.layout, decode(encoding)));
            return initializer(m_dense.model, values[0]).bytes == expected.bytes
                       ? ""
                       : "plain form is not what was decoded";
        }
        const auto &factors = std::get<FactorEncoding>(encoding);
        for (size_t i = 0; i < values.size(); ++i) {
            std::vector<float> found = toFloats(initializer(m_dense.model, values[i]));
            const Matrix matrix = decode(factors.factors[i]);
            std::vector<float> expected(matrix.data(), matrix.data() + matrix.size());
            expected = toFloats(fromFloats(l.weightType, {matrix.size()}, expected));
            std::sort(found.begin(), found.end()); // factors may be stored transposed
            std::sort(expected.begin(), expected.end());
            if (found != expected)
                return "a plain factor is not what was decoded";
        }
        return {};
    }
    QString weights()
    {
        std::vector<std::string> made;
        for (size_t i = 0; i < m_dense.layers.size(); ++i) {
            if (!m_compressed.layers[i].code.weight || m_compressed.source.layers()[i].tiedTo)
                continue;
            if (m_compact.layers[i].values != m_dense.layers[i].values)
                return "compact and plain form name their constants differently";
            if (const QString what = plainValues(i); !what.isEmpty())
                return what;
            for (const std::string &name : m_compact.layers[i].values)
                if (const auto found = m_compact.model.content().index->find(0, name);
                    found && found->kind == Definition::Kind::Node)
                    made.push_back(name);
        }
        const std::vector<Tensor> values = outputsOf(m_compact.model, false, made);
        for (size_t i = 0; i < made.size(); ++i) {
            const Tensor &unpacked = values[values.size() - made.size() + i];
            const Tensor plain = initializer(m_dense.model, made[i]);
            if (unpacked.type != plain.type || unpacked.shape != plain.shape)
                return QString("%1 is unpacked to another shape or type").arg(made[i].c_str());
            if (unpacked.bytes != plain.bytes &&
                relativeDifference(unpacked, plain) > weightTolerance(made[i]))
                return QString("%1 is not unpacked exactly").arg(made[i].c_str());
        }
        return {};
    }
    double weightTolerance(const std::string &name) const
    {
        for (size_t i = 0; i < m_dense.layers.size(); ++i)
            if (isProduct(m_compressed, m_dense, i) && m_dense.layers[i].values[0] == name)
                return tolerance(m_compressed.source.layers()[i].weightType);
        return 0.0;
    }
    QString bytes()
    {
        const FileCosts costs = m_exporter.costs(m_compressed);
        const int64_t real = m_compact.model.serializedBytes();
        const bool inSubgraphs = m_compressed.source.operatorCounts().contains("If");
        if (std::abs(costs.fileBytes - real) > (inSubgraphs ? 20 : 0))
            return QString("costs say %1 bytes, the file takes %2").arg(costs.fileBytes).arg(real);
        if (real > m_dense.model.serializedBytes())
            return QString("compact takes %1 bytes, plain %2").arg(real).arg(m_dense.model.serializedBytes());
        return {};
    }
    QString bookkeeping()
    {
        const Model again = Model::parse(m_compact.model.serialize());
        if (again.opset() != m_compressed.source.opset() ||
            again.irVersion() != m_compressed.source.irVersion())
            return "opset or IR version changed";
        if (recipeFromJson(again.metadata().at("lathe.recipe")) != m_compressed.finalRecipe() ||
            again.metadata().at("lathe.source_sha256") != m_compressed.source.sha256())
            return "metadata is missing";
        return {};
    }

    CompressedModel m_compressed;
    Exporter m_exporter;
    BuiltModel m_compact, m_dense;
};

} // namespace

class TstGraph : public QObject {
    Q_OBJECT
private slots:
    void everyLayerAndMethod_isExportedExactly_data();
    void everyLayerAndMethod_isExportedExactly();
    void everyOpset_isExportedExactly_data();
    void everyOpset_isExportedExactly();
};

void TstGraph::everyLayerAndMethod_isExportedExactly_data()
{
    QTest::addColumn<int>("layer");
    QTest::addColumn<QString>("settings");
    for (size_t i = 0; i < layerCases().size(); ++i)
        for (const char *settings : methodCases())
            QTest::addRow("%s, %s", layerCases()[i].name, settings)
                << static_cast<int>(i) << QString(settings);
}

void TstGraph::everyLayerAndMethod_isExportedExactly()
{
    QFETCH(int, layer);
    QFETCH(QString, settings);
    Promise promise(layerCases()[static_cast<size_t>(layer)].build(13), settings.toStdString());
    const QString broken = promise.broken();
    QVERIFY2(broken.isEmpty(), qPrintable(broken));
}

void TstGraph::everyOpset_isExportedExactly_data()
{
    QTest::addColumn<int>("layer");
    QTest::addColumn<int>("opset");
    QTest::addColumn<QString>("settings");
    for (size_t i = 0; i < layerCases().size(); ++i)
        for (const int opset : {7, 9, 11, 17})
            for (const char *settings :
                 {"prune=0.6", "bits=3", "prune=0.9,bits=4,symmetric=false", "rank=3,prune=0.5,bits=6"})
                if (opset >= layerCases()[i].oldestOpset)
                    QTest::addRow("%s, opset %d, %s", layerCases()[i].name, opset, settings)
                        << static_cast<int>(i) << opset << QString(settings);
}

void TstGraph::everyOpset_isExportedExactly()
{
    QFETCH(int, layer);
    QFETCH(int, opset);
    QFETCH(QString, settings);
    Promise promise(layerCases()[static_cast<size_t>(layer)].build(opset), settings.toStdString());
    const QString broken = promise.broken();
    QVERIFY2(broken.isEmpty(), qPrintable(broken));
}

QTEST_GUILESS_MAIN(TstGraph)
#include "tst_graph.moc"
