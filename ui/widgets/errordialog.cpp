#include "ui/widgets/errordialog.h"

#include "core/runtime/session.h"
#include "ui/base/messages.h"

#include <QCoreApplication>
#include <QMessageBox>
#include <QPushButton>

namespace lathe::ui {

QString errorCodeName(ErrorCode code)
{
    switch (code) { // no default: -Wswitch names a forgotten code
    case ErrorCode::InvalidArgument:
        return QStringLiteral("InvalidArgument");
    case ErrorCode::FileUnreadable:
        return QStringLiteral("FileUnreadable");
    case ErrorCode::MalformedModel:
        return QStringLiteral("MalformedModel");
    case ErrorCode::Unsupported:
        return QStringLiteral("Unsupported");
    case ErrorCode::NumericFailure:
        return QStringLiteral("NumericFailure");
    case ErrorCode::OutOfMemory:
        return QStringLiteral("OutOfMemory");
    case ErrorCode::FileUnwritable:
        return QStringLiteral("FileUnwritable");
    case ErrorCode::MalformedData:
        return QStringLiteral("MalformedData");
    case ErrorCode::VerificationFailed:
        return QStringLiteral("VerificationFailed");
    case ErrorCode::Internal:
        break;
    }
    return QStringLiteral("Internal");
}

void showError(QWidget *parent, const QString &action, const Error &error)
{
    auto *box = new QMessageBox(QMessageBox::Warning, QStringLiteral("Lathe"), messageText(error.message()),
                                QMessageBox::Close, parent);
    box->setObjectName(QStringLiteral("errorDialog"));
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    box->setDetailedText(QStringLiteral("%1\n%2\n\n%3\nLathe %4, %5")
                             .arg(action, messageText(error.message()), errorCodeName(error.code()),
                                  QCoreApplication::applicationVersion(),
                                  QString::fromStdString(runtimeVersion())));
    box->setDefaultButton(QMessageBox::Close);
    box->open();
}

} // namespace lathe::ui
