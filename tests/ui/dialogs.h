#pragma once
// Dialogs that a test opens.
#include "tests/ui/sample.h"

#include <QApplication>
#include <QDialog>
#include <QMessageBox>
#include <QPushButton>
#include <QTimer>

namespace lathe::test {

/// Waits for a dialog of this class to be seen. @returns null if none comes
template <class Dialog>
Dialog *shownDialog(const QWidget &window)
{
    Dialog *shown = nullptr;
    (void)QTest::qWaitFor(
        [&] {
            for (Dialog *dialog : window.findChildren<Dialog *>())
                if (dialog->isVisible())
                    shown = dialog;
            return shown != nullptr;
        },
        patience);
    return shown;
}

/// The button of a question whose text begins so; null: it has none.
inline QAbstractButton *buttonOf(const QMessageBox &box, const QString &text)
{
    for (QAbstractButton *button : box.buttons())
        if (button->text().remove('&').startsWith(text))
            return button;
    return nullptr;
}

/// Answers modal questions as they come up, one after the other, while it lives; another question than the
/// one whose turn it is is turned down.
class Answers {
public:
    Answers()
    {
        m_timer.callOnTimeout([this] {
            if (auto *box = qobject_cast<QMessageBox *>(QApplication::activeModalWidget()))
                answer(*box);
        });
        m_timer.start(0);
    }
    /// @param text beginning of that of the button to press
    void expect(const QString &dialog, const QString &text) { m_expected.append({dialog, text}); }
    bool allGiven() const { return m_expected.isEmpty(); }
    const QStringList &questions() const { return m_questions; } ///< that were answered as expected

private:
    void answer(QMessageBox &box)
    {
        const auto [name, text] = m_expected.value(0);
        QAbstractButton *button = box.objectName() == name ? buttonOf(box, text) : nullptr;
        if (!button)
            return box.reject();
        m_expected.removeFirst();
        m_questions << box.text();
        QTest::mouseClick(button, Qt::LeftButton);
    }

    QList<std::pair<QString, QString>> m_expected;
    QStringList m_questions;
    QTimer m_timer;
};

} // namespace lathe::test
