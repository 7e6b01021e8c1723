#include "core/certify/certificate.h"
#include "core/model/proto.h"
#include "tests/support/exportcases.h"
#include "tests/support/modelruns.h"
#include "tests/support/opencvlimits.h"

#include <QTemporaryDir>
#include <QTest>

using namespace lathe;
using namespace lathe::test;

namespace {

using Ints = std::vector<int64_t>;

constexpr double tolerance = 2e-5; ///< sums in another order
constexpr Index out = 12, inOfGroup = 6, kernelHeight = 3, kernelWidth = 2;
constexpr Index area = kernelHeight * kernelWidth;

/// Strides, pads and dilations of a convolution.
struct Geometry {
    const char *name;
    std::vector<std::pair<std::string, Attribute>> attributes;
};

const std::vector<Geometry> &geometries()
{
    static const std::vector<Geometry> all{
        {"plain", {}},
        {"strides", {{"strides", Ints{2, 3}}}},
        {"pads", {{"pads", Ints{1, 0, 2, 1}}, {"kernel_shape", Ints{3, 2}}}},
        {"dilations", {{"dilations", Ints{2, 3}}, {"pads", Ints{2, 1, 0, 3}}}},
        {"all", {{"dilations", Ints{1, 2}}, {"pads", Ints{2, 1, 0, 3}}, {"strides", Ints{2, 1}}}},
        {"same upper", {{"auto_pad", std::string("SAME_UPPER")}, {"strides", Ints{2, 1}}}},
        {"same lower", {{"auto_pad", std::string("SAME_LOWER")}, {"strides", Ints{1, 2}}}},
        {"valid", {{"auto_pad", std::string("VALID")}, {"strides", Ints{2, 2}}}},
    };
    return all;
}

struct Case {
    FactorForm form;
    Index groups;
    const char *name;
};
const std::vector<Case> &cases()
{
    static const std::vector<Case> all{
        {FactorForm::Product, 1, "product"},     {FactorForm::Product, 3, "grouped product"},
        {FactorForm::Spatial, 1, "spatial"},     {FactorForm::Tucker2, 1, "tucker2"},
        {FactorForm::Separable, 1, "separable"},
    };
    return all;
}

MatrixEncoding plain(Index rows, Index cols, unsigned seed)
{
    return {rows, cols, {}, DenseValues{randomMatrix(rows, cols, seed, 0.5F)}};
}

FactorEncoding factors(FactorForm form, Index groups)
{
    const KernelShape kernel{out, inOfGroup, kernelHeight, kernelWidth};
    FactorEncoding encoding;
    encoding.form = form;
    encoding.kernel = kernel;
    encoding.groups = groups;
    switch (form) {
    case FactorForm::Product:
        encoding.factors = {plain(groups * 3, inOfGroup * area, 1), plain(out, 3, 2)};
        break;
    case FactorForm::Spatial:
        encoding.factors = {plain(4, inOfGroup * kernelHeight, 1), plain(out, 4 * kernelWidth, 2)};
        break;
    case FactorForm::Tucker2:
        encoding.factors = {plain(2, inOfGroup, 1), plain(5, 2 * area, 2), plain(out, 5, 3)};
        break;
    case FactorForm::Separable:
        encoding.factors = {plain(inOfGroup, area, 1), plain(out, inOfGroup, 2)};
        break;
    }
    return encoding;
}

const Matrix &values(const MatrixEncoding &encoding)
{
    return std::get<DenseValues>(encoding.values).values;
}

/// What the forms mean, element by element.
double element(const FactorEncoding &e, Index o, Index i, Index h, Index w)
{
    const Matrix &first = values(e.factors[0]);
    const Matrix &last = values(e.factors.back());
    const Index inKernel = h * kernelWidth + w;
    double sum = 0.0;
    switch (e.form) {
    case FactorForm::Product: {
        const Index group = o / (out / e.groups);
        for (Index r = 0; r < last.cols(); ++r)
            sum += double(last(o, r)) * double(first(group * last.cols() + r, i * area + inKernel));
        return sum;
    }
    case FactorForm::Spatial:
        for (Index r = 0; r < first.rows(); ++r)
            sum += double(last(o, r * kernelWidth + w)) * double(first(r, i * kernelHeight + h));
        return sum;
    case FactorForm::Tucker2:
        for (Index b = 0; b < last.cols(); ++b)
            for (Index a = 0; a < first.rows(); ++a)
                sum += double(last(o, b)) * double(values(e.factors[1])(b, a * area + inKernel)) *
                       double(first(a, i));
        return sum;
    case FactorForm::Separable:
        return double(last(o, i)) * double(first(i, inKernel));
    }
    return sum;
}

Matrix weightOf(const FactorEncoding &encoding)
{
    Matrix weight(out, inOfGroup * kernelHeight * kernelWidth);
    for (Index o = 0; o < out; ++o)
        for (Index i = 0; i < inOfGroup; ++i)
            for (Index h = 0; h < kernelHeight; ++h)
                for (Index w = 0; w < kernelWidth; ++w)
                    weight(o, (i * kernelHeight + h) * kernelWidth + w) =
                        float(element(encoding, o, i, h, w));
    if (encoding.residual)
        weight += values(*encoding.residual);
    return weight;
}

struct ConvOptions {
    int opset = 13;
    int irVersion = 7;
    bool bias = true;
    const Geometry &geometry = geometries().front();
    Shape output = {}; ///< declared; OpenCV asks for it
};

Model convolution(const Matrix &weight, Index groups, const ConvOptions &options)
{
    GraphBuilder builder(options.opset, options.irVersion);
    auto attributes = options.geometry.attributes;
    if (groups > 1)
        attributes.emplace_back("group", int64_t(groups));
    const Shape shape{out, inOfGroup, kernelHeight, kernelWidth};
    builder.input("x", {1, groups * inOfGroup, 11, 13})
        .output("y", options.output)
        .constant("w", makeTensor(shape, {weight.data(), size_t(weight.size())}));
    std::vector<std::string> inputs{"x", "w"};
    if (options.bias) {
        builder.constant("b", randomTensor({out}, 8));
        inputs.emplace_back("b");
    }
    if (options.irVersion < 4) {
        builder.input("w", shape);
        if (options.bias)
            builder.input("b", {out});
    }
    return builder.node("Conv", inputs, {"y"}, attributes, "c").build();
}

CompressedModel compressedAs(const Model &source, const Encoding &encoding)
{
    CompressedModel compressed{source, source, {}, {}, {}, {}, {}};
    for (size_t i = 0; i < source.layers().size(); ++i) {
        LayerResult result;
        result.code.weight = std::make_shared<const Encoding>(encoding);
        compressed.layers.push_back(result);
    }
    return compressed;
}

std::vector<std::string> convolutions(const Model &model)
{
    std::vector<std::string> names;
    for (const onnx::NodeProto &node : model.content().proto.graph().node())
        if (node.op_type() == "Conv")
            names.push_back(node.name());
    return names;
}

QString text(const std::string &string)
{
    return QString::fromStdString(string);
}

} // namespace

class TstFactorForms : public QObject {
    Q_OBJECT
private slots:
    void chain_computesWhatItsProductDoes_data();
    void chain_computesWhatItsProductDoes();
    void everyOpset_computesTheSame_data();
    void everyOpset_computesTheSame();
    void residual_isAddedOnLoading_data();
    void residual_isAddedOnLoading();
    void sharedConstant_isMultipliedOnLoading_data();
    void sharedConstant_isMultipliedOnLoading();
    void tooLargeFactors_areStoredAsTheirProduct();
    void otherDimensions_runAsChain_data();
    void otherDimensions_runAsChain();
    void certificate_passesWithOpenCv_data();
    void certificate_passesWithOpenCv();
    void recipes_runAsTheyAreAsked_data();
    void recipes_runAsTheyAreAsked();
};

void TstFactorForms::chain_computesWhatItsProductDoes_data()
{
    QTest::addColumn<int>("which");
    QTest::addColumn<int>("geometry");
    QTest::addColumn<bool>("bias");
    for (size_t c = 0; c < cases().size(); ++c)
        for (size_t g = 0; g < geometries().size(); ++g)
            QTest::addRow("%s, %s", cases()[c].name, geometries()[g].name)
                << int(c) << int(g) << ((c + g) % 2 == 0);
}

void TstFactorForms::chain_computesWhatItsProductDoes()
{
    QFETCH(int, which);
    QFETCH(int, geometry);
    QFETCH(bool, bias);
    const Case &c = cases()[size_t(which)];
    const FactorEncoding encoding = factors(c.form, c.groups);
    const Matrix weight = weightOf(encoding);
    QVERIFY((decode(encoding) - weight).norm() <= 1e-5F * weight.norm());
    const ConvOptions options{13, 7, bias, geometries()[size_t(geometry)], {}};
    const Tensor expected = outputOf(convolution(weight, c.groups, options));

    const Model source = convolution(randomMatrix(out, weight.cols(), 5), c.groups, options);
    const CompressedModel compressed = compressedAs(source, encoding);
    Exporter exporter(source);
    for (const Storage storage : {Storage::Compact, Storage::Dense}) {
        const BuiltModel built = exporter.build(compressed, storage);
        QCOMPARE(convolutions(built.model).size(), encoding.factors.size());
        QCOMPARE(convolutions(built.model).back(), std::string("c"));
        QVERIFY2(built.issues.empty(), built.issues.empty() ? "" : built.issues[0].message.text().c_str());
        for (const bool optimize : {true, false}) {
            const double apart = relativeDifference(outputOf(built.model, optimize), expected);
            QVERIFY2(apart <= tolerance, qPrintable(QString::number(apart)));
        }
        const FileCosts costs = exporter.costs(compressed);
        QCOMPARE(costs.macs, built.model.macs());
        if (storage == Storage::Compact)
            QCOMPARE(costs.fileBytes, built.model.serializedBytes());
    }
}

void TstFactorForms::everyOpset_computesTheSame_data()
{
    QTest::addColumn<int>("which");
    QTest::addColumn<int>("opset");
    QTest::addColumn<int>("irVersion");
    for (size_t c = 0; c < cases().size(); ++c)
        for (const auto &[opset, ir] : {std::pair{7, 3}, {8, 4}, {9, 3}, {11, 6}, {17, 8}, {21, 10}})
            QTest::addRow("%s, opset %d, IR %d", cases()[c].name, opset, ir) << int(c) << opset << ir;
}

void TstFactorForms::everyOpset_computesTheSame()
{
    QFETCH(int, which);
    QFETCH(int, opset);
    QFETCH(int, irVersion);
    const Case &c = cases()[size_t(which)];
    const ConvOptions options{opset, irVersion, true, geometries()[4], {}};
    for (const bool withResidual : {false, true}) {
        FactorEncoding encoding = factors(c.form, c.groups);
        if (withResidual)
            encoding.residual = plain(out, inOfGroup * kernelHeight * kernelWidth, 9);
        const Tensor expected = outputOf(convolution(weightOf(encoding), c.groups, options));
        const Model source = convolution(randomMatrix(out, decode(encoding).cols(), 5), c.groups, options);
        const BuiltModel built = buildModel(compressedAs(source, encoding), Storage::Compact);
        QCOMPARE(built.model.opset(), int64_t(opset));
        QCOMPARE(built.model.irVersion(), int64_t(irVersion));
        QCOMPARE(built.model.inputs().size(), size_t(1));
        QVERIFY(relativeDifference(outputOf(built.model), expected) <= tolerance);
    }
}

/// Codes that make the residual small enough to be worth its place.
MatrixEncoding coded(const Matrix &matrix, int bits)
{
    UniformCodes codes;
    codes.bits = bits;
    codes.zeroPoints = {float((1 << (bits - 1)) - 1)};
    const float scale = matrix.cwiseAbs().maxCoeff() / codes.zeroPoints[0];
    codes.scales.values = {scale};
    for (Index i = 0; i < matrix.size(); ++i)
        codes.codes.push_back(uint8_t(std::lround(matrix.data()[i] / scale) + int(codes.zeroPoints[0])));
    return {matrix.rows(), matrix.cols(), {}, codes};
}

void TstFactorForms::residual_isAddedOnLoading_data()
{
    QTest::addColumn<QString>("layer");
    QTest::addColumn<QString>("settings");
    for (const char *layer : {"conv", "grouped conv", "gemm", "gemm, constant left", "matmul, constant right",
                              "matmul, constant left"})
        for (const char *settings : {"rank=2,residual.bits=3", "rank=2,rank.bits=4,residual.bits=2"})
            QTest::addRow("%s, %s", layer, settings) << layer << settings;
    for (const char *settings : {"rank=4,rank.form=spatial,rank.bits=4,residual.bits=3",
                                 "rank=4,rank.form=tucker2,rank.bits=5,residual.bits=3"})
        QTest::addRow("conv, %s", settings) << "conv" << settings;
}

void TstFactorForms::residual_isAddedOnLoading()
{
    QFETCH(QString, layer);
    QFETCH(QString, settings);
    const auto found =
        std::ranges::find_if(layerCases(), [&](const LayerCase &c) { return layer == c.name; });
    QVERIFY(found != layerCases().end());
    const Model source = found->build(13);
    const CompressedModel compressed =
        Compressor(source).compress({"", {parseRule("*:" + settings.toStdString())}});
    const auto &encoding = std::get<FactorEncoding>(*compressed.layers[0].code.weight);
    QVERIFY(encoding.residual.has_value());
    Exporter exporter(source);
    const BuiltModel built = exporter.build(compressed, Storage::Compact);
    QVERIFY2(built.layers[0].form.text().find("multiplied on loading") != std::string::npos,
             built.layers[0].form.text().c_str());
    QCOMPARE(built.layers[0].values, std::vector<std::string>{source.layers()[0].weightName});
    QCOMPARE(built.issues.size(), size_t(1));
    QVERIFY2(text(built.issues[0].message.text()).contains("leave over"),
             built.issues[0].message.text().c_str());
    const Tensor expected = outputOf(exporter.build(compressed, Storage::Dense).model);
    for (const bool optimize : {true, false})
        QVERIFY(relativeDifference(outputOf(built.model, optimize), expected) <= tolerance);
    QCOMPARE(exporter.costs(compressed).fileBytes, built.model.serializedBytes());
    QCOMPARE(exporter.costs(compressed).macs, source.macs());
}

/// Two convolutions with one constant.
Model tiedConvolutions(const Matrix &weight, Index groups)
{
    GraphBuilder builder(13);
    std::vector<std::pair<std::string, Attribute>> attributes;
    if (groups > 1)
        attributes.emplace_back("group", int64_t(groups));
    return builder.input("x", {1, groups * inOfGroup, 11, 13})
        .output("y")
        .constant("w", makeTensor({out, inOfGroup, kernelHeight, kernelWidth},
                                  {weight.data(), size_t(weight.size())}))
        .node("Conv", {"x", "w"}, {"a"}, attributes, "first")
        .node("Sigmoid", {"x"}, {"s"})
        .node("Conv", {"s", "w"}, {"b"}, attributes, "second")
        .node("Add", {"a", "b"}, {"y"})
        .build();
}

void TstFactorForms::sharedConstant_isMultipliedOnLoading_data()
{
    QTest::addColumn<int>("which");
    for (size_t c = 0; c < cases().size(); ++c)
        QTest::addRow("%s", cases()[c].name) << int(c);
}

void TstFactorForms::sharedConstant_isMultipliedOnLoading()
{
    QFETCH(int, which);
    const Case &c = cases()[size_t(which)];
    FactorEncoding encoding = factors(c.form, c.groups);
    for (MatrixEncoding &factor : encoding.factors)
        factor = coded(values(factor), 4);
    const Matrix weight = decode(encoding);
    const Tensor expected = outputOf(tiedConvolutions(weight, c.groups));
    const Model source = tiedConvolutions(randomMatrix(out, weight.cols(), 5), c.groups);
    QCOMPARE(source.layers()[1].tiedTo, std::optional<size_t>(0));
    const CompressedModel compressed = compressedAs(source, encoding);
    for (const Storage storage : {Storage::Compact, Storage::Dense}) {
        const BuiltModel built = buildModel(compressed, storage);
        QCOMPARE(convolutions(built.model), (std::vector<std::string>{"first", "second"}));
        for (const bool optimize : {true, false})
            QVERIFY(relativeDifference(outputOf(built.model, optimize), expected) <= tolerance);
    }
}

void TstFactorForms::tooLargeFactors_areStoredAsTheirProduct()
{
    FactorEncoding encoding = factors(FactorForm::Product, 1);
    encoding.factors = {plain(40, inOfGroup * kernelHeight * kernelWidth, 1), plain(out, 40, 2)};
    const Model source = tiedConvolutions(randomMatrix(out, decode(encoding).cols(), 5), 1);
    const BuiltModel built = buildModel(compressedAs(source, encoding), Storage::Compact);
    QCOMPARE(built.layers[0].form.text(), std::string("plain"));
    QVERIFY(text(built.issues.at(0).message.text()).contains("more room than their product"));
}

void TstFactorForms::otherDimensions_runAsChain_data()
{
    QTest::addColumn<int>("form");
    QTest::addColumn<int>("dimensions");
    for (const int dimensions : {1, 3}) {
        QTest::addRow("product, %dd", dimensions) << int(FactorForm::Product) << dimensions;
        QTest::addRow("tucker2, %dd", dimensions) << int(FactorForm::Tucker2) << dimensions;
        QTest::addRow("separable, %dd", dimensions) << int(FactorForm::Separable) << dimensions;
    }
}

void TstFactorForms::otherDimensions_runAsChain()
{
    QFETCH(int, form);
    QFETCH(int, dimensions);
    const FactorEncoding encoding = factors(FactorForm(form), 1);
    const auto build = [&](const Matrix &weight) {
        Shape shape{out, inOfGroup}, input{1, inOfGroup};
        const Shape kernel = dimensions == 1 ? Shape{6} : Shape{1, 3, 2};
        shape.insert(shape.end(), kernel.begin(), kernel.end());
        input.insert(input.end(), size_t(dimensions), 9);
        return GraphBuilder(13)
            .input("x", input)
            .output("y")
            .constant("w", makeTensor(shape, {weight.data(), size_t(weight.size())}))
            .node("Conv", {"x", "w"}, {"y"}, {{"strides", Ints(size_t(dimensions), 2)}}, "c")
            .build();
    };
    const Matrix weight = weightOf(encoding);
    const BuiltModel built =
        buildModel(compressedAs(build(randomMatrix(out, weight.cols(), 5)), encoding), Storage::Compact);
    QCOMPARE(convolutions(built.model).size(), encoding.factors.size());
    QVERIFY(relativeDifference(outputOf(built.model), outputOf(build(weight))) <= tolerance);
}

void TstFactorForms::certificate_passesWithOpenCv_data()
{
    sharedConstant_isMultipliedOnLoading_data();
}

void TstFactorForms::certificate_passesWithOpenCv()
{
    QFETCH(int, which);
    const Case &c = cases()[size_t(which)];
    QTemporaryDir folder;
    const std::filesystem::path path = folder.filePath("m.onnx").toStdString();
    const FactorEncoding encoding = factors(c.form, c.groups);
    const ConvOptions options{13, 7, true, geometries()[2], {1, out, 12, 13}};
    const Model source = convolution(randomMatrix(out, decode(encoding).cols(), 5), c.groups, options);
    const CompressedModel compressed = compressedAs(source, encoding);
    buildModel(compressed, Storage::Compact).model.save(path);
    const Certificate certificate = certify(path, compressed);
    for (const CertificateCheck &check : certificate.checks) {
        QVERIFY2(check.result != CertificateCheck::Result::Failed, check.detail.text().c_str());
        if (check.name.text() == "OpenCV")
            QVERIFY2(check.result == CertificateCheck::Result::Passed, check.detail.text().c_str());
    }
}

void TstFactorForms::recipes_runAsTheyAreAsked_data()
{
    QTest::addColumn<QString>("settings");
    QTest::addColumn<int>("nodes");
    QTest::addRow("spatial") << "rank=6,rank.form=spatial" << 2;
    QTest::addRow("spatial in bits") << "rank=6,rank.form=spatial,rank.bits=4" << 2;
    QTest::addRow("tucker2") << "rank=8,rank.form=tucker2" << 3;
    QTest::addRow("tucker2, pruned") << "rank=8,rank.form=tucker2,prune=0.5,bits=6" << 3;
    QTest::addRow("separable") << "separable=weights" << 2;
    QTest::addRow("separable in bits") << "separable=weights,bits=4" << 2;
    QTest::addRow("channel") << "rank=6,rank.bits=8" << 2;
}

void TstFactorForms::recipes_runAsTheyAreAsked()
{
    QFETCH(QString, settings);
    QFETCH(int, nodes);
    const Model source = network();
    const Recipe recipe{"", {parseRule("conv2:" + settings.toStdString())}};
    const CompressedModel compressed = Compressor(source).compress(recipe);
    QTemporaryDir folder;
    const std::filesystem::path path = folder.filePath("m.onnx").toStdString();
    const BuiltModel built = buildModel(compressed, Storage::Compact);
    QCOMPARE(convolutions(built.model).size(), size_t(1 + nodes));
    built.model.save(path);
    const Certificate certificate = certify(path, source, recipe);
    bool openCv = false; // of the file, or of the same graph with plain weights
    for (const CertificateCheck &check : certificate.checks) {
        const bool passed = check.result == CertificateCheck::Result::Passed;
        openCv = openCv || (passed && check.name.text().starts_with("OpenCV"));
        if (check.name.text() == "OpenCV" && !passed)
            QVERIFY2(isOfOpenCvAlone(check), check.detail.text().c_str());
        else
            QVERIFY2(passed, check.detail.text().c_str());
    }
    QVERIFY(openCv);
}

QTEST_GUILESS_MAIN(TstFactorForms)
#include "tst_factorforms.moc"
