// A row of tool buttons that drops its texts where there is no room.
#include "ui/style/theme.h"
#include "ui/widgets/buttonrow.h"

#include <QTest>
#include <QToolButton>

using namespace lathe::ui;

class TstButtonRow : public QObject {
    Q_OBJECT
private slots:
    void texts_goAndComeBack();
    void texts_goFromTheEnd();

private:
    static QVector<QToolButton *> fill(ButtonRow *row, QWidget *panel);
};

/// Three with text and icon.
QVector<QToolButton *> TstButtonRow::fill(ButtonRow *row, QWidget *panel)
{
    QVector<QToolButton *> buttons;
    for (const char *text : {"Save current", "Compare", "Duplicate"}) {
        buttons << new QToolButton(panel);
        buttons.last()->setText(text);
        buttons.last()->setIcon(icon(QStringLiteral("copy")));
        buttons.last()->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        row->addWidget(buttons.last());
    }
    return buttons;
}

void TstButtonRow::texts_goAndComeBack()
{
    QWidget panel;
    auto *row = new ButtonRow(&panel);
    QVector<QToolButton *> buttons = fill(row, &panel);
    buttons << new QToolButton(&panel); // never has one
    buttons.last()->setIcon(icon(QStringLiteral("copy")));
    row->addWidget(buttons.last());
    row->addStretch();
    const int whole = panel.sizeHint().width(), least = panel.minimumSizeHint().width();
    QVERIFY2(least < whole - 100, qPrintable(QString("%1 %2").arg(least).arg(whole)));
    panel.show();
    for (const auto &[width, style] :
         {std::pair{whole, Qt::ToolButtonTextBesideIcon}, std::pair{least, Qt::ToolButtonIconOnly},
          std::pair{whole + 50, Qt::ToolButtonTextBesideIcon}}) {
        panel.resize(width, 30);
        QCoreApplication::processEvents();
        QCOMPARE(panel.width(), width);
        for (int i = 0; i < 3; ++i)
            QCOMPARE(buttons[i]->toolButtonStyle(), style);
        QCOMPARE(buttons[3]->toolButtonStyle(), Qt::ToolButtonIconOnly);
        QCOMPARE(panel.sizeHint().width(), whole);
        QCOMPARE(panel.minimumSizeHint().width(), least);
        for (const QToolButton *button : buttons)
            QVERIFY(panel.rect().contains(button->geometry()));
    }
}

void TstButtonRow::texts_goFromTheEnd()
{
    QWidget panel;
    auto *row = new ButtonRow(&panel);
    QVector<QToolButton *> buttons = fill(row, &panel);
    panel.show();
    panel.resize(panel.sizeHint().width() - 1, 30);
    QCoreApplication::processEvents();
    QCOMPARE(buttons[0]->toolButtonStyle(), Qt::ToolButtonTextBesideIcon);
    QCOMPARE(buttons[1]->toolButtonStyle(), Qt::ToolButtonTextBesideIcon);
    QCOMPARE(buttons[2]->toolButtonStyle(), Qt::ToolButtonIconOnly);
}

QTEST_MAIN(TstButtonRow)
#include "tst_buttonrow.moc"
