// Products are right whoever computes them: the kernels fit the processor, wrong ones are found out and
// replaced.
#include "core/base/blasproducts.h"
#include "core/base/processor.h"

#include <QtTest>

#include <algorithm>
#include <limits>

using namespace lathe;

Q_DECLARE_METATYPE(lathe::Products)

namespace {

constexpr float little = 0.01F; // a few thousandths of a typical entry

Products wrong(void (*add)(MatrixView, float, ConstMatrixView, ConstMatrixView, Transposed))
{
    Products products = blisProducts;
    products.add = add;
    return products;
}

} // namespace

class TstBlas : public QObject {
    Q_OBJECT

private slots:
    void kernels_fitTheProcessor_data();
    void kernels_fitTheProcessor();
    void thisProcessor_isNoMoreThanTheSystemSays();
    void archType_leavesNumbersAndMakesNamesNumbers();
    void openBlasType_isThatOfTheSameKernels();
    void everyImplementation_isRight();
    void wrongProduct_isFoundOutAndReplaced_data();
    void wrongProduct_isFoundOutAndReplaced();
};

void TstBlas::kernels_fitTheProcessor_data()
{
    QTest::addColumn<Processor>("processor");
    QTest::addColumn<QString>("kernels");
    const auto row = [](const char *name, const Processor &processor, const char *kernels) {
        QTest::newRow(name) << processor << QString(kernels);
    };
    row("Zen 5", {"AuthenticAMD", 26, true, true}, "skx");
    row("a later AMD without AVX-512", {"AuthenticAMD", 27, true, false}, "haswell");
    row("another maker's, AVX-512", {"CentaurHauls", 7, true, true}, "skx");
    row("another maker's, AVX2", {"HygonGenuine", 24, true, false}, "haswell");
    row("another maker's, neither", {"HygonGenuine", 24, false, false}, "");
    row("AVX-512 without AVX2, as no processor is", {"AuthenticAMD", 26, false, true}, "");
    row("Zen 4: BLIS knows it", {"AuthenticAMD", 25, true, true}, "");
    row("Zen 2: BLIS knows it", {"AuthenticAMD", 23, true, false}, "");
    row("Intel: BLIS goes by features", {"GenuineIntel", 6, true, true}, "");
    row("no x86-64", {}, "");
}

void TstBlas::kernels_fitTheProcessor()
{
    QFETCH(Processor, processor);
    QTEST(QString::fromStdString(std::string(kernelsFor(processor))), "kernels");
}

void TstBlas::thisProcessor_isNoMoreThanTheSystemSays()
{
    QFile file("/proc/cpuinfo");
    if (!file.open(QIODevice::ReadOnly))
        QSKIP("There is no /proc/cpuinfo to compare with.");
    QMap<QString, QString> said;
    for (const QString &line : QString::fromUtf8(file.readAll()).section("\n\n", 0, 0).split('\n'))
        said[line.section(':', 0, 0).trimmed()] = line.section(':', 1).trimmed();
    if (!said.contains("vendor_id"))
        QSKIP("This is no x86-64.");
    const QStringList flags = said["flags"].split(' ');
    const auto has = [&](const QStringList &names) {
        return std::ranges::all_of(names, [&](const QString &name) { return flags.contains(name); });
    };
    const Processor found = thisProcessor();
    QCOMPARE(QString::fromStdString(found.vendor), said["vendor_id"]);
    QCOMPARE(found.family, said["cpu family"].toInt());
    QCOMPARE(found.avx2, has({"avx2", "fma"}));
    QCOMPARE(found.avx512, has({"avx512f", "avx512dq", "avx512bw", "avx512vl"}));
}

void TstBlas::archType_leavesNumbersAndMakesNamesNumbers()
{
    const Processor zen4{"AuthenticAMD", 25, true, true}, zen5{"AuthenticAMD", 26, true, true};
    const auto number = [](const char *name) { return std::to_string(kernelNumber(name).value()); };
    QVERIFY(!archType(nullptr, zen4));
    QCOMPARE(archType(nullptr, zen5).value(), number("skx"));
    for (const char *asked : {"3", "0", "-1"})
        QVERIFY(!archType(asked, zen5));
    for (const char *asked : {"haswell", "generic", "zen3"})
        QCOMPARE(archType(asked, zen5).value(), number(asked));
    QVERIFY(number("generic") != number("skx")); // as BLIS itself would take it
    QCOMPARE(archType("nonsense", zen5).value(), number("skx"));
    QCOMPARE(archType("nonsense", zen4).value(), std::string("-1"));
}

void TstBlas::openBlasType_isThatOfTheSameKernels()
{
    QCOMPARE(openBlasType(nullptr, {"AuthenticAMD", 26, true, true}).value(), std::string("SkylakeX"));
    QCOMPARE(openBlasType(nullptr, {"AuthenticAMD", 27, true, false}).value(), std::string("Haswell"));
    QVERIFY(!openBlasType("Zen", {"AuthenticAMD", 26, true, true}));
    for (const Processor &known :
         {Processor{"GenuineIntel", 6, true, true}, {"AuthenticAMD", 25, true, true}, {}})
        QVERIFY(!openBlasType(nullptr, known));
}

void TstBlas::everyImplementation_isRight()
{
    QVERIFY(areRight(blisProducts));
    QVERIFY(areRight(eigenProducts));
    QVERIFY(chooseProducts(blisProducts, "skx").note.empty());
    QVERIFY(productsNote().empty());
}

void TstBlas::wrongProduct_isFoundOutAndReplaced_data()
{
    QTest::addColumn<Products>("products");
    QTest::newRow("one entry of the large product")
        << wrong([](MatrixView c, float factor, ConstMatrixView a, ConstMatrixView b, Transposed which) {
               blisProducts.add(c, factor, a, b, which);
               if (c.rows() == 512)
                   c(511, 17) += little;
           });
    QTest::newRow("the last column of odd sizes")
        << wrong([](MatrixView c, float factor, ConstMatrixView a, ConstMatrixView b, Transposed which) {
               blisProducts.add(c, factor, a, b, which);
               if (c.cols() % 16 == 1)
                   c.col(c.cols() - 1).setZero();
           });
    QTest::newRow("the first one transposed")
        << wrong([](MatrixView c, float factor, ConstMatrixView a, ConstMatrixView b, Transposed which) {
               blisProducts.add(c, which == Transposed::First ? -factor : factor, a, b, which);
           });
    QTest::newRow("the second one transposed")
        << wrong([](MatrixView c, float factor, ConstMatrixView a, ConstMatrixView b, Transposed which) {
               if (which != Transposed::Second)
                   blisProducts.add(c, factor, a, b, which);
           });
    QTest::newRow("NaN") << wrong([](MatrixView c, float, ConstMatrixView, ConstMatrixView, Transposed) {
        c(0, 0) = std::numeric_limits<float>::quiet_NaN();
    });
    Products products = blisProducts;
    products.addGram = [](Eigen::MatrixXd &c, const Eigen::MatrixXd &a) {
        blisProducts.addGram(c, a.cast<float>().cast<double>() * 1.0000001); // no better than float
    };
    QTest::newRow("the Gram matrix") << products;
    products = blisProducts;
    products.multiplyLower = [](MatrixView b, float factor, ConstMatrixView lower) {
        blisProducts.multiplyLower(b, factor, lower);
        b(b.rows() - 1, 0) += little;
    };
    QTest::newRow("times a triangle") << products;
    products = blisProducts;
    products.divideByLower = [](MatrixView b, ConstMatrixView lower, bool transpose) {
        blisProducts.divideByLower(b, lower, transpose);
        b(0, 0) += transpose ? 0.0F : little;
    };
    QTest::newRow("by a triangle") << products;
    products.divideByLower = [](MatrixView b, ConstMatrixView lower, bool transpose) {
        blisProducts.divideByLower(b, lower, transpose);
        b(0, 0) += transpose ? little : 0.0F;
    };
    QTest::newRow("by a transposed triangle") << products;
}

void TstBlas::wrongProduct_isFoundOutAndReplaced()
{
    QFETCH(Products, products);
    QVERIFY(!areRight(products));
    const ChosenProducts chosen = chooseProducts(products, "skx");
    QCOMPARE(&chosen.products, &eigenProducts);
    QVERIFY(QString::fromStdString(chosen.note.text()).contains("skx"));
}

QTEST_GUILESS_MAIN(TstBlas)
#include "tst_blas.moc"
