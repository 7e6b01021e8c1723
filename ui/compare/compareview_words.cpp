// What the view says: progress, results, and why there is nothing.
#include "ui/base/messages.h"
#include "ui/compare/comparesamples.h"
#include "ui/compare/comparetotals.h"
#include "ui/compare/compareview.h"
#include "ui/compare/comparisonrunner.h"
#include "ui/session/workbench.h"

#include <QLabel>
#include <QProgressBar>
#include <QStackedWidget>
#include <QToolButton>

#include <algorithm>

namespace lathe::ui {

/// One sentence in the place of a page that has nothing to show.
void CompareView::refreshReasons()
{
    QString samples, classes, layers;
    if (!m_error.isEmpty() && !m_comparison) {
        samples = classes = layers = m_error;
    } else if (m_workbench.isLoadingData()) {
        samples = classes = tr("The data set is being prepared.");
    } else if (!m_workbench.data()) {
        samples = classes = tr("Choose a data set (Ctrl+D) to see what the variants make of its samples.");
    } else if (m_comparison && m_comparison->measured && !m_comparison->isOfClasses()) {
        samples = classes =
            tr("The outputs are no classes, so there are no answers to set beside each other.");
    } else if (m_comparison && m_comparison->measured && !m_comparison->hasLabels) {
        classes = tr("The data set has no labels, so no class is right or wrong.");
    } else if (!m_comparison || m_comparison->samples == 0) {
        samples = classes = m_runner->isRunning() ? tr("The variants are about to run on the samples.")
                                                  : tr("The variants have not run on any sample yet.");
    }
    if (!m_comparison && layers.isEmpty())
        layers = tr("The variants are being made.");
    const QStringList reasons{samples, classes, classes, layers, layers};
    for (int page = 0; page < PageCount; ++page) {
        static_cast<QLabel *>(m_pageStacks[page]->widget(1))->setText(reasons[page]);
        m_pageStacks[page]->setCurrentIndex(reasons[page].isEmpty() ? 0 : 1);
    }
}

void CompareView::refreshHead()
{
    const bool running = m_runner->isRunning();
    const bool mayGoOn =
        !running && !m_due && m_error.isEmpty() && !(m_comparison && m_comparison->isComplete);
    m_bar->setVisible(running);
    m_stop->setVisible(running || mayGoOn);
    m_stop->setText(running ? tr("Cancel") : tr("Go on"));
    m_stop->setToolTip(running ? tr("Stop comparing; what is known stays")
                               : tr("Compare on the rest of the samples"));
    if (!running)
        m_summary->setText(summary());
}

QString CompareView::emptyText() const
{
    if (m_workbench.variants()->rowCount() < 2)
        return tr("Keep a variant (Ctrl+K), or add an ONNX file, to compare it with the baseline.");
    return tr("Select one to four variants in the list to compare them with the baseline.");
}

QString CompareView::summary() const
{
    if (!m_error.isEmpty())
        return m_error;
    if (!m_comparison)
        return tr("Not compared yet.");
    QStringList sentences;
    if (!m_workbench.data()) {
        sentences << tr("No data set: only sizes and weight errors are compared.");
    } else if (!m_comparison->measured) {
        sentences << tr("Stopped before any sample has run.");
    } else if (!m_comparison->isOfClasses()) {
        sentences << tr("The outputs are no classes: they are compared as signal and noise.");
    } else {
        sentences << tr("All give the same class to %1 of %2 samples.")
                         .arg(m_comparison->samples - m_comparison->differing())
                         .arg(m_comparison->samples);
        if (m_comparison->hasLabels && m_variants.size() == 2)
            sentences << tr("%1 become right, %2 become wrong.")
                             .arg(m_comparison->tallies.back().mended)
                             .arg(m_comparison->tallies.back().broken);
    }
    if (m_comparison->measured && !m_comparison->isComplete)
        sentences << tr("Stopped after %1 of %2 samples.")
                         .arg(m_comparison->samples)
                         .arg(m_comparison->samplesTotal);
    if (const Message data = m_totals->data(); m_comparison->measured && !data.empty())
        sentences << tr("Measured on %1.").arg(messageText(data));
    if (m_leftOut > 0)
        sentences << tr("Four at most: %1 are compared.")
                         .arg(namesOf(m_variants.mid(1)).join(QStringLiteral(", ")));
    return sentences.join(QLatin1Char(' '));
}

} // namespace lathe::ui
