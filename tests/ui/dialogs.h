#pragma once
// Dialogs that a test opens.
#include "tests/ui/sample.h"

#include <QDialog>

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

} // namespace lathe::test
