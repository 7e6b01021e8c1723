// The box of numbers beside a slider.
#include "ui/widgets/valuecontrol.h"

#include <QLineEdit>
#include <QShortcut>
#include <QTest>
#include <QVBoxLayout>

using namespace lathe::ui;

class TstValueControl : public QObject {
    Q_OBJECT
private slots:
    void undo_isTheWindowsOnceANumberIsEntered();
};

/// While a number is being typed the keys are those of the text.
void TstValueControl::undo_isTheWindowsOnceANumberIsEntered()
{
    QWidget window;
    auto *layout = new QVBoxLayout(&window);
    auto *box = new MixedSpinBox;
    layout->addWidget(box);
    int undone = 0;
    const QShortcut undo(QKeySequence::Undo, &window);
    connect(&undo, &QShortcut::activated, this, [&undone] { ++undone; });
    window.show();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    box->setRange(0, 100);
    box->setFocus();
    box->selectAll();
    QTest::keyClicks(box, "30");
    QTest::keyClick(box, Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(undone, 0);
    box->selectAll();
    QTest::keyClicks(box, "40");
    QTest::keyClick(box, Qt::Key_Return);
    QCOMPARE(box->value(), 40.0);
    QTest::keyClick(box, Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(undone, 1);
    QCOMPARE(box->value(), 40.0);
}

QTEST_MAIN(TstValueControl)
#include "tst_valuecontrol.moc"
