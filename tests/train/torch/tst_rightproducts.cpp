// On a processor on which libtorch multiplies wrongly nothing is trained, and the user is told what to do.
#include "core/base/error.h"
#include "core/train/torch/rightproducts.h"
#include "tests/support/messageof.h"

#include <QTest>
#include <cmath>

using namespace lathe;
using namespace lathe::train;

namespace {

bool isWrong = false;

} // namespace

// Takes the place of the system's own in this program, and, where it is told so, leaves the last column of
// large products out as a kernel with a fault may.
extern "C" void sgemm_(const char *transposeA, const char *transposeB, const int *m, const int *n,
                       const int *k, const float *alpha, const float *a, const int *strideA, const float *b,
                       const int *strideB, const float *beta, float *c, const int *strideC)
{
    const auto at = [](int row, int col, int stride, bool transposed) {
        return static_cast<size_t>(transposed ? row : col) * static_cast<size_t>(stride) +
               static_cast<size_t>(transposed ? col : row);
    };
    const bool turnsA = *transposeA != 'n' && *transposeA != 'N',
               turnsB = *transposeB != 'n' && *transposeB != 'N';
    const int columns = isWrong && *n > 100 ? *n - 1 : *n;
    for (int j = 0; j < columns; ++j)
        for (int i = 0; i < *m; ++i) {
            double sum = 0;
            for (int l = 0; l < *k; ++l)
                sum += static_cast<double>(a[at(i, l, *strideA, turnsA)]) *
                       static_cast<double>(b[at(l, j, *strideB, turnsB)]);
            float &value = c[at(i, j, *strideC, false)];
            value = *alpha * static_cast<float>(sum) + (*beta == 0 ? 0 : *beta * value);
        }
}

class TstRightProducts : public QObject {
    Q_OBJECT
private slots:
    void rightOnes_areTaken()
    {
        isWrong = false;
        requireRightProducts();
    }
    void wrongOnes_areRefused()
    {
        isWrong = true;
        ErrorCode code = ErrorCode::Internal;
        const QString message = test::messageOf([] { requireRightProducts(); }, &code);
        QVERIFY(code == ErrorCode::Unsupported);
        QVERIFY2(message.contains("wrong products") && message.contains("update-alternatives"),
                 qPrintable(message));
    }
};

QTEST_GUILESS_MAIN(TstRightProducts)
#include "tst_rightproducts.moc"
