#include "ui/widgets/elidedstatusbar.h"

#include <QLabel>
#include <QtTest>

using namespace lathe::ui;

class TstElidedStatusBar : public QObject {
    Q_OBJECT
private slots:
    void message_endsBeforeWhatStandsAtTheRight();
};

void TstElidedStatusBar::message_endsBeforeWhatStandsAtTheRight()
{
    const QString message = "8-bit per channel: set for 53 layers, 2 are kept as they are.";
    ElidedStatusBar bar;
    auto *progress = new QLabel(QString(40, 'w'), &bar);
    bar.addPermanentWidget(progress);
    progress->hide();
    bar.resize(600, 24);
    bar.show();
    QVERIFY(QTest::qWaitForWindowExposed(&bar));
    bar.showMessage(message);
    QCOMPARE(bar.shownMessage(), message);
    const QImage whole = bar.grab().toImage();
    progress->show();
    QCoreApplication::processEvents();
    QVERIFY(bar.shownMessage().endsWith(QChar(0x2026)));
    QVERIFY(message.startsWith(bar.shownMessage().chopped(1)));
    QVERIFY(bar.fontMetrics().horizontalAdvance(bar.shownMessage()) < progress->x());
    QCOMPARE(bar.toolTip(), message);
    QVERIFY(bar.grab().toImage() != whole);
    bar.clearMessage();
    QVERIFY(bar.shownMessage().isEmpty() && bar.toolTip().isEmpty());
}

QTEST_MAIN(TstElidedStatusBar)
#include "tst_elidedstatusbar.moc"
