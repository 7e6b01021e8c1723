#include "ui/base/messages.h"
// The part of ExportDialog that tells what came of it: the certificate, or why there is no file.
#include "ui/base/format.h"
#include "ui/export/exportdialog.h"
#include "ui/style/theme.h"
#include "ui/widgets/panelparts.h"
#include "ui/widgets/plaintable.h"

#include <QDir>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QTableWidget>
#include <QVBoxLayout>

namespace lathe::ui {
namespace {

/// Sign and word: colour alone says nothing to some people.
std::pair<QString, QColor> markOf(CertificateCheck::Result result)
{
    switch (result) {
    case CertificateCheck::Result::Passed:
        return {ExportDialog::tr("✓ passed"), colors().good};
    case CertificateCheck::Result::Failed:
        return {ExportDialog::tr("✗ failed"), colors().loss};
    case CertificateCheck::Result::NotApplicable:
        break;
    }
    return {ExportDialog::tr("– not applicable"), colors().muted};
}

} // namespace

QWidget *ExportDialog::buildOutcome()
{
    auto *page = new QWidget(this);
    m_checks = makePlainTable({tr("Check"), tr("Result"), tr("What was found")}, {}, page);
    m_checks->setObjectName(QStringLiteral("certificateChecks"));
    m_checks->setWordWrap(true);
    m_checks->horizontalHeader()->setStretchLastSection(true);
    m_details = makeMuted({}, page);
    m_details->setWordWrap(true);
    m_details->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    column->addWidget(m_checks, 1);
    column->addWidget(m_details);
    return page;
}

void ExportDialog::onDone(const Outcome<ExportedFiles> &outcome)
{
    if (const auto *written = std::get_if<ExportedFiles>(&outcome)) {
        const Published *published = &written->model.published;
        m_result = *published;
        m_archived = written->model.archive;
        m_reported = written->report;
        const QString name = QDir::toNativeSeparators(target());
        QString headline = tr("Wrote %1: %2.").arg(name, bytes(published->bytes));
        if (!published->written)
            headline = published->certificate->failed()
                           ? tr("%1 was not written: the file would not do what was previewed.").arg(name)
                           : tr("%1 was not written: nothing can be proven about it.").arg(name);
        showPage(OutcomePage);
        showHeadline(headline, published->written);
        if (published->certificate)
            showCertificate(*published->certificate);
    } else if (const auto *error = std::get_if<Error>(&outcome)) {
        showPage(FormPage); // what is wrong can be put right there
        showHeadline(tr("%1 Nothing was written.").arg(messageText(error->message())), false);
    }
    setRunning(false);
    if (std::holds_alternative<Error>(outcome))
        m_path->setFocus(); // most often it is the place
    if (!m_isOld)
        weigh(); // it made way
    emit finishedExport();
}

void ExportDialog::showHeadline(const QString &headline, bool good)
{
    m_headline->setText((good ? QStringLiteral("✓ ") : QStringLiteral("✗ ")) + headline);
    QPalette palette = m_headline->palette();
    palette.setColor(QPalette::WindowText, good ? colors().good : colors().loss);
    m_headline->setPalette(palette);
    m_headline->show();
}

void ExportDialog::showCertificate(const Certificate &certificate)
{
    m_checks->setRowCount(0);
    for (const CertificateCheck &check : certificate.checks) {
        const auto [mark, color] = markOf(check.result);
        addPlainRow(m_checks, {messageText(check.name), mark, messageText(check.detail)});
        const int row = m_checks->rowCount() - 1;
        m_checks->item(row, 1)->setForeground(color);
        m_checks->item(row, 2)->setToolTip(m_checks->item(row, 2)->text());
    }
    m_checks->resizeColumnToContents(0);
    m_checks->resizeColumnToContents(1);
    m_checks->resizeRowsToContents();
    QString details =
        tr("Compared on %1. SHA-256 of the file: %2")
            .arg(messageText(certificate.inputsUsed), QString::fromStdString(certificate.fileSha256));
    if (m_archived) {
        double bound = 0.0;
        int64_t coded = 0;
        for (const PackedStream &stream : m_archived->streams) {
            bound += stream.shannonBytes;
            coded += stream.bytes;
        }
        details +=
            QLatin1Char('\n') +
            (coded > 0
                 ? tr("Archive: %1, of which %2 are coded weights (their entropy one by one: %3) and %4 the "
                      "graph and lengths.")
                       .arg(bytes(m_archived->archiveBytes), bytes(coded), bytes(static_cast<qint64>(bound)),
                            bytes(m_archived->graph.bytes + m_archived->headBytes))
                 : tr("Archive: %1; this form holds no codes to pack.").arg(bytes(m_archived->archiveBytes)));
    }
    if (!m_reported.isEmpty())
        details += QLatin1Char('\n') + tr("Report: %1").arg(QDir::toNativeSeparators(m_reported));
    m_details->setText(details);
}

} // namespace lathe::ui
