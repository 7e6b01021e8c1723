#include "ui/session/previewrunner.h"

#include "ui/jobs/jobmodel.h"

#include <chrono>

namespace lathe::ui {
namespace {

// How long a drag waits for the first figure of an older recipe before it gives up on it.
constexpr std::chrono::milliseconds patience{1500};
constexpr int idleBeforePreparing = 150; // ms
constexpr std::chrono::seconds restBeforeGoingOn{2};

} // namespace

PreviewRunner::PreviewRunner(QObject *parent) : QObject(parent)
{
    m_patience.setSingleShot(true);
    connect(&m_patience, &QTimer::timeout, this, &PreviewRunner::launchPending);
    m_preparer.setTitle(tr("Making the selected layers ready to move"));
    m_preparer.setRepeatable(true);
    m_idle.setSingleShot(true);
    m_idle.setInterval(idleBeforePreparing);
    connect(&m_idle, &QTimer::timeout, this, &PreviewRunner::prepareSelected);
    m_rest.setParent(this);
    m_rest.setObjectName(QStringLiteral("restBeforeGoingOn"));
    m_rest.setSingleShot(true);
    m_rest.setInterval(restBeforeGoingOn);
    connect(&m_rest, &QTimer::timeout, this, &PreviewRunner::goOnWhenIdle);
}

void PreviewRunner::setSource(const PreviewSource &source)
{
    m_runner.abandon();
    m_preparer.abandon();
    m_pending.reset();
    m_patience.stop();
    m_known.reset();
    stopWaiting();
    m_source = source;
    m_measurer = source.compressor ? std::make_shared<RecipeMeasurer>(source) : nullptr;
    prepareSoon();
}

void PreviewRunner::request(const PreviewRequest &request)
{
    if (!m_source.compressor)
        return;
    m_preparer.abandon();
    const bool mayFinish =
        request.dragging && m_runner.isRunning() && !m_firstFigure && m_age.elapsed() < patience.count();
    if (mayFinish) {
        m_pending = request;
        if (!m_patience.isActive())
            m_patience.start(static_cast<int>(patience.count() - m_age.elapsed()));
    } else {
        launch(request);
    }
}

void PreviewRunner::select(const std::vector<size_t> &layers)
{
    if (layers == m_selected)
        return;
    m_selected = layers;
    m_preparer.abandon();
    if (m_known && m_runner.isRunning()) { // more samples can wait, a control that is about to move cannot
        m_waiting = true;
        m_runner.abandon();
    }
    prepareSoon();
    goOnWhenIdle();
}

void PreviewRunner::prepareSoon()
{
    if (m_measurer && m_measurer->hasSamples() && !m_selected.empty() && !isRunning() && !m_paused)
        m_idle.start();
}

void PreviewRunner::prepareSelected()
{
    if (isRunning() || !m_measurer || !m_measurer->hasSamples() || m_selected.empty()) {
        goOnWhenIdle();
        return;
    }
    m_preparer.start(
        [measurer = m_measurer, newest = m_newest, layers = m_selected](const JobContext &ctx) {
            measurer->prepare(newest.recipe, layers, ctx, newest.tuning);
        },
        [this](const auto &) { goOnWhenIdle(); }); // a failure shows when the layer moves
    JobModel::instance()->setInBackground(&m_preparer);
}

void PreviewRunner::stopWaiting()
{
    m_waiting = false;
    m_rest.stop();
}

void PreviewRunner::goOnWhenIdle()
{
    if (m_waiting && !m_rest.isActive() && !m_idle.isActive() && !m_preparer.isRunning())
        goOn();
}

bool PreviewRunner::goOn()
{
    if (!m_known || !m_measurer)
        return false;
    if (!isRunning()) {
        m_preparer.abandon();
        run(PreviewRequest(m_newest));
    }
    return true;
}

void PreviewRunner::onSettled(const PreviewUpdate &update)
{
    const Figures &figures = update.figures;
    m_known = update;
    if (!m_paused && Figures::isCurrent(figures.quality) && figures.samplesDone < figures.samplesTotal) {
        m_waiting = true;
        m_rest.start();
    }
}

void PreviewRunner::cancel()
{
    m_pending.reset();
    m_patience.stop();
    stopWaiting();
    m_idle.stop();
    m_preparer.abandon();
    m_paused = true;
    m_runner.cancel();
}

void PreviewRunner::launchPending()
{
    if (m_pending)
        launch(PreviewRequest(*m_pending));
}

void PreviewRunner::launch(const PreviewRequest &request)
{
    m_known.reset();
    m_firstFigure = false;
    run(request);
}

void PreviewRunner::run(const PreviewRequest &request)
{
    m_pending.reset();
    m_patience.stop();
    m_idle.stop();
    stopWaiting();
    m_paused = false;
    m_newest = request;
    m_age.start();
    m_runner.startStreaming<PreviewUpdate>(
        [measurer = m_measurer, request, known = m_known](const JobContext &ctx, const auto &deliver) {
            return known ? measurer->complete(*known, request, deliver, ctx)
                         : measurer->measure(request, deliver, ctx);
        },
        [this](const PreviewUpdate &update) { onUpdate(update); },
        [this](const Outcome<PreviewUpdate> &outcome) {
            if (const auto *update = std::get_if<PreviewUpdate>(&outcome)) {
                if (!m_pending && !m_newest.dragging)
                    onSettled(*update);
                emit updated(*update);
                if (!m_pending)
                    emit settled(*update);
            } else if (const auto *error = std::get_if<Error>(&outcome)) {
                emit failed(m_newest, *error);
            } else if (!m_pending) {
                m_paused = true; // by whatever way it was told to stop
                emit cancelled();
            }
            launchPending();
            prepareSoon();
        });
    if (m_known) // what was asked for is there
        JobModel::instance()->setInBackground(&m_runner);
}

void PreviewRunner::onUpdate(const PreviewUpdate &update)
{
    emit updated(update);
    if (!update.ready.empty())
        return; // no figure yet
    const bool measures = m_source.samples && m_source.baseline;
    if (Figures::isCurrent(update.figures.quality) || !measures) {
        m_firstFigure = true;
        launchPending();
    }
}

} // namespace lathe::ui
