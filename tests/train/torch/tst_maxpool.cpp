// The pool of our own against the library's: the same values and gradients, in both layouts.
#include "core/train/torch/maxpool.h"

#include <ATen/ATen.h>

#include <QTest>

using namespace lathe::train;

class TstMaxPool : public QObject {
    Q_OBJECT
private slots:
    void is_whatTheLibraryComputes_data();
    void is_whatTheLibraryComputes();
    void numbersThatAreNone_winAsInTheLibrary();
    void narrowInputs_keepToTheirRows_data();
    void narrowInputs_keepToTheirRows();
    void windowsInPads_giveNothingBack();
};

namespace {

struct Both {
    at::Tensor ours, theirs, ourGradient, theirGradient;
};

Both both(const at::Tensor &values, const Window &window, at::MemoryFormat format)
{
    const at::Tensor x = values.clone(format).requires_grad_(), other = values.clone().requires_grad_();
    Both result{maxPool2d(x, window),
                at::max_pool2d(other, window.kernel, window.strides, window.begin, window.dilations),
                {},
                {}};
    const at::Tensor weights = at::randn_like(result.theirs);
    (result.ours * weights).sum().backward();
    (result.theirs * weights).sum().backward();
    result.ourGradient = x.grad();
    result.theirGradient = other.grad();
    return result;
}

constexpr std::array formats{at::MemoryFormat::Contiguous, at::MemoryFormat::ChannelsLast};

} // namespace

Q_DECLARE_METATYPE(lathe::train::Window)

void TstMaxPool::is_whatTheLibraryComputes_data()
{
    QTest::addColumn<Window>("window");
    const auto row = [](const char *name, const Window &window) { QTest::newRow(name) << window; };
    row("2 x 2", {{2, 2}, {2, 2}, {1, 1}, {0, 0}, {0, 0}});
    row("3 x 3 by 2, pads", {{3, 3}, {2, 2}, {1, 1}, {1, 1}, {1, 1}});
    row("overlapping", {{3, 2}, {1, 1}, {1, 1}, {0, 1}, {0, 1}});
    row("dilated", {{2, 3}, {1, 2}, {3, 2}, {1, 1}, {1, 1}});
    row("gaps between", {{2, 2}, {3, 4}, {1, 1}, {0, 0}, {0, 0}});
    row("all of it", {{9, 11}, {1, 1}, {1, 1}, {0, 0}, {0, 0}});
    row("wide pads", {{5, 5}, {1, 1}, {1, 1}, {2, 2}, {2, 2}});
}

void TstMaxPool::is_whatTheLibraryComputes()
{
    QFETCH(Window, window);
    at::manual_seed(3);
    for (const at::ScalarType type : {at::kFloat, at::kDouble})
        for (const int64_t channels : {1, 3, 20})
            for (const at::MemoryFormat format : formats) {
                // Few different values, so that there are ties.
                const at::Tensor values = at::randint(-3, 3, {4, channels, 9, 11}).to(type);
                const Both result = both(values, window, format);
                QVERIFY(at::equal(result.ours, result.theirs));
                QVERIFY(at::allclose(result.ourGradient, result.theirGradient));
                QVERIFY(result.ours.is_contiguous(values.clone(format).suggest_memory_format()));
            }
}

void TstMaxPool::numbersThatAreNone_winAsInTheLibrary()
{
    const double nan = std::numeric_limits<double>::quiet_NaN(),
                 low = -std::numeric_limits<double>::infinity();
    at::Tensor values = at::full({1, 2, 4, 4}, low, at::TensorOptions(at::kFloat));
    values[0][0][1][1] = nan;
    values[0][1][2][3] = 7;
    for (const at::MemoryFormat format : formats) {
        const Both result = both(values, {{2, 2}, {2, 2}, {1, 1}, {0, 0}, {0, 0}}, format);
        QVERIFY(at::allclose(result.ours, result.theirs, 0, 0, true));
        QVERIFY(at::allclose(result.ourGradient, result.theirGradient, 0, 0, true));
    }
}

void TstMaxPool::narrowInputs_keepToTheirRows_data()
{
    QTest::addColumn<Window>("window");
    QTest::addColumn<int>("width");
    QTest::newRow("one column") << Window{{3, 3}, {2, 2}, {1, 1}, {1, 1}, {1, 1}} << 1;
    QTest::newRow("dilated") << Window{{2, 3}, {1, 2}, {1, 2}, {0, 1}, {0, 1}} << 3;
    QTest::newRow("wide pads") << Window{{1, 5}, {1, 3}, {1, 1}, {0, 2}, {0, 2}} << 1;
}

void TstMaxPool::narrowInputs_keepToTheirRows()
{
    QFETCH(Window, window);
    QFETCH(int, width);
    at::manual_seed(5);
    // Rising, so that what stands behind a row is the larger one.
    const at::Tensor values = at::arange(2 * 3 * 6 * width, at::kFloat).view({2, 3, 6, width});
    for (const at::MemoryFormat format : formats) {
        const Both result = both(values, window, format);
        QVERIFY(at::equal(result.ours, result.theirs));
        QVERIFY(at::allclose(result.ourGradient, result.theirGradient));
    }
}

/// Each window of the one column begins before it and ends behind it.
void TstMaxPool::windowsInPads_giveNothingBack()
{
    const Window window{{1, 2}, {1, 1}, {1, 2}, {0, 1}, {0, 1}};
    for (const at::MemoryFormat format : formats) {
        const at::Tensor x = at::ones({2, 3, 4, 1}).clone(format).requires_grad_();
        const at::Tensor y = maxPool2d(x, window);
        QVERIFY(at::equal(y, at::full_like(y, -std::numeric_limits<double>::infinity())));
        y.backward(at::ones_like(y));
        QVERIFY(at::equal(x.grad(), at::zeros_like(x)));
    }
}

QTEST_GUILESS_MAIN(TstMaxPool)
#include "tst_maxpool.moc"
