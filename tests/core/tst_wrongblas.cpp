// On a processor on which BLIS multiplies wrongly, results are right all the same, and the user is told.
#include "core/base/blas.h"
#include "core/compress/compressor.h"
#include "tests/support/fakecalibration.h"
#include "tests/support/graphbuilder.h"

#include <QtTest>

#include <algorithm>

using namespace lathe;
using namespace lathe::test;

// Takes the place of BLIS's own in this program, and leaves the last column out as a kernel with a fault may.
extern "C" void cblas_sgemm(int, int transposeA, int transposeB, int m, int n, int k, float factor,
                            const float *a, int strideA, const float *b, int strideB, float, float *c,
                            int strideC)
{
    constexpr int transposed = 112; // as in cblas.h
    for (int i = 0; i < m; ++i)
        for (int j = 0; j < n - 1; ++j)
            for (int l = 0; l < k; ++l)
                c[i * strideC + j] += factor *
                                      (transposeA == transposed ? a[l * strideA + i] : a[i * strideA + l]) *
                                      (transposeB == transposed ? b[j * strideB + l] : b[l * strideB + j]);
}

namespace {

Matrix positiveDefinite(Index n)
{
    const Matrix x = randomMatrix(n, n + 50, 1);
    return x * x.transpose() / static_cast<float>(n) + Matrix::Identity(n, n);
}

double difference(const Eigen::MatrixXd &got, const Eigen::MatrixXd &right)
{
    return (got - right).norm() / right.norm();
}

} // namespace

class TstWrongBlas : public QObject {
    Q_OBJECT

private slots:
    void products_areRight();
    void factorizations_areRight();
    void compressing_tellsTheUser();
};

void TstWrongBlas::products_areRight()
{
    QVERIFY(productsNote().text().find("wrongly") != std::string::npos);
    const Matrix a = randomMatrix(70, 90, 2), b = randomMatrix(90, 40, 3);
    const Eigen::MatrixXd wideA = a.cast<double>(), wideB = b.cast<double>();
    QVERIFY(difference(product(a, b).cast<double>(), wideA * wideB) < 1e-6);
    Matrix c = Matrix::Zero(90, 90);
    addTransposedProduct(c, -2.0F, a, a);
    QVERIFY(difference(c.cast<double>(), -2.0 * wideA.transpose() * wideA) < 1e-6);
    Eigen::MatrixXd gram = Eigen::MatrixXd::Zero(70, 70);
    addGram(gram, wideA);
    const Eigen::MatrixXd all = gram.selfadjointView<Eigen::Lower>();
    QVERIFY(difference(all, wideA * wideA.transpose()) < 1e-14);
}

void TstWrongBlas::factorizations_areRight()
{
    const Matrix h = positiveDefinite(700); // several blocks, the last one smaller
    Matrix lower = h;
    QVERIFY(choleskyInPlace(lower));
    const Eigen::MatrixXd l = lower.cast<double>().triangularView<Eigen::Lower>();
    QVERIFY(difference(l * l.transpose(), h.cast<double>()) < 1e-5);
    invertLowerInPlace(lower);
    QVERIFY(difference(lower.cast<double>() * l, Eigen::MatrixXd::Identity(700, 700)) < 1e-5);
}

void TstWrongBlas::compressing_tellsTheUser()
{
    GraphBuilder graph;
    graph.input("x", {-1, 24}).output("y").random("w", {24, 16});
    graph.node("MatMul", {"x", "w"}, {"y"}, {}, "product");
    const auto calibration = std::make_shared<FakeCalibration>(statisticsOf(randomMatrix(24, 200, 4)));
    Recipe recipe;
    recipe.rules.push_back(parseRule("*:bits=4,rounding=gptq"));
    const CompressedModel model = Compressor(graph.build(), calibration).compress(recipe);
    const auto told = [](const Issue &issue) { return issue.message == productsNote(); };
    QCOMPARE(std::ranges::count_if(model.issues, told), 1);
}

QTEST_GUILESS_MAIN(TstWrongBlas)
#include "tst_wrongblas.moc"
