#include "ui/window/stallrun.h"

#include "ui/charts/chartpages.h"
#include "ui/inspector/inspector.h"
#include "ui/inspector/methodgroup.h"
#include "ui/layers/layerpanel.h"
#include "ui/recover/recoverdesk.h"
#include "ui/window/dockarea.h"
#include "ui/window/mainwindow.h"
#include "ui/window/screenshots.h"

#include <QApplication>
#include <QDialog>
#include <QDir>
#include <QDockWidget>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMouseEvent>
#include <QPushButton>
#include <QTabBar>
#include <QTableView>

#include <algorithm>

namespace lathe::ui {
namespace {

constexpr int frame = 16;                   // ms between two moves of a hand
constexpr int dragMoves = 60;               ///< of one drag: about a second
constexpr int turnsAfter = 12;              ///< that an action is given to show what it did
constexpr int longestStep = 10 * 60 * 1000; ///< ms, after which nobody waits any more

void sendMouse(QWidget *to, QEvent::Type type, QPointF at, Qt::MouseButtons held,
               Qt::KeyboardModifiers keys = Qt::NoModifier)
{
    const Qt::MouseButton button = type == QEvent::MouseMove ? Qt::NoButton : Qt::LeftButton;
    QMouseEvent event(type, at, to->mapTo(to->window(), at), to->mapToGlobal(at), button, held, keys);
    QApplication::sendEvent(to, &event);
}

void click(QWidget *widget, QPointF at, Qt::KeyboardModifiers keys = Qt::NoModifier)
{
    sendMouse(widget, QEvent::MouseButtonPress, at, Qt::LeftButton, keys);
    sendMouse(widget, QEvent::MouseButtonRelease, at, Qt::NoButton, keys);
}

void press(QWidget *widget, int key, const QString &text = {})
{
    QKeyEvent down(QEvent::KeyPress, key, Qt::NoModifier, text);
    QApplication::sendEvent(widget, &down);
    QKeyEvent up(QEvent::KeyRelease, key, Qt::NoModifier, text);
    QApplication::sendEvent(widget, &up);
}

[[noreturn]] void refuse(const QString &why)
{
    throw Error(ErrorCode::InvalidArgument, Message::verbatim(why.toStdString()));
}

/// Places of layers in the model: "3", "2-5", "all", or a name.
QVector<int> layersOf(const QStringList &words, const std::vector<Layer> &layers)
{
    QVector<int> chosen;
    for (const QString &word : words) {
        const auto before = chosen.size();
        const int first = word.section(QLatin1Char('-'), 0, 0).toInt();
        const int last = word.section(QLatin1Char('-'), -1).toInt();
        for (size_t i = 0; i < layers.size(); ++i) {
            const int number = static_cast<int>(i) + 1;
            if (word == QLatin1String("all") || layers[i].name == word.toStdString() ||
                (number >= first && number <= last))
                chosen << static_cast<int>(i);
        }
        if (chosen.size() == before)
            refuse(StallRun::tr("no layer is called %1").arg(word));
    }
    return chosen;
}

QPushButton *recoverButton(MainWindow &window)
{
    return window.recovery().panel()->findChild<QPushButton *>(QStringLiteral("recoverStart"));
}

} // namespace

StallRun::StallRun(MainWindow &window, const QVector<StallStep> &steps, const QString &path,
                   const Workbench::OpenOptions &options, const QString &pictures)
    : m_window(window), m_steps(steps), m_path(path), m_pictures(pictures), m_options(options)
{
    m_clock.setInterval(frame);
    m_clock.setTimerType(Qt::PreciseTimer);
    connect(&m_clock, &QTimer::timeout, this, &StallRun::turn);
    QTimer::singleShot(0, this, [this] {
        m_clock.start();
        next();
    });
}

void StallRun::next()
{
    if (++m_at == m_steps.size()) {
        m_clock.stop();
        emit finished();
        return;
    }
    m_stepTime.start();
    m_heartbeat.take(); // finding out what to do is no stall of the window
    m_heartbeat.takeLongestWork();
    m_move = 0;
    m_quietTurns = 0;
    try {
        m_moves = movesOf(m_steps[m_at]);
    } catch (const Error &error) {
        fail(QString::fromStdString(error.message().text()));
    }
}

void StallRun::fail(const QString &why)
{
    m_clock.stop();
    emit failed(m_steps[m_at].line, why);
}

void StallRun::turn()
{
    if (m_at >= m_steps.size())
        return;
    if (m_move < m_moves.size())
        m_moves[m_move++]();
    else if (!isDone())
        m_quietTurns = 0;
    else if (++m_quietTurns > turnsAfter)
        finishStep();
    if (m_clock.isActive() && m_stepTime.hasExpired(longestStep))
        fail(tr("it was not done after %1 min").arg(longestStep / 60000));
}

void StallRun::finishStep()
{
    note();
    const StallStep &step = m_steps[m_at];
    if (step.action == QLatin1String("picture") &&
        (m_pictures.isEmpty() || !saveWindow(m_window, QDir(m_pictures), step.words.first())))
        fail(m_pictures.isEmpty() ? tr("there is no folder for pictures")
                                  : tr("the picture cannot be written to %1").arg(m_pictures));
    else
        next();
}

bool StallRun::isDone() const
{
    const QString &action = m_steps[m_at].action;
    Workbench &workbench = m_window.workbench();
    if (action == QLatin1String("open"))
        return workbench.hasModel();
    if (action == QLatin1String("recover"))
        return !m_window.recovery().isRunning() && recoverButton(m_window)->isEnabled();
    if (action == QLatin1String("wait-idle") || action == QLatin1String("picture"))
        return isAtRest(workbench);
    return true;
}

void StallRun::note()
{
    const StallStep &step = m_steps[m_at];
    const std::vector<Beat> beats = m_heartbeat.take();
    auto known = std::ranges::find(m_stalls, step.action, &Stalls::action);
    if (known == m_stalls.end())
        known = m_stalls.insert(known, {step.action, {}});
    known->beats.insert(known->beats.end(), beats.begin(), beats.end());
    known->longestWork = std::max(known->longestWork, m_heartbeat.takeLongestWork());
}

StallRun::Moves StallRun::movesOf(const StallStep &step)
{
    MainActions &actions = m_window.actions();
    const QString &action = step.action;
    const QString first = step.words.value(0);
    if (action == QLatin1String("open"))
        return {[this] { m_window.workbench().openModel(m_path, m_options); }};
    if (!m_window.workbench().hasModel() && action != QLatin1String("resize") &&
        action != QLatin1String("scheme"))
        refuse(tr("no model is open yet"));
    if (action == QLatin1String("select"))
        return select(step.words);
    if (action == QLatin1String("drag"))
        return drag(first, step.words.value(1));
    if (action == QLatin1String("preset"))
        return applyPreset(first);
    if (action == QLatin1String("save"))
        return triggerAction(actions.saveVariant);
    if (action == QLatin1String("undo"))
        return triggerAction(actions.undo);
    if (action == QLatin1String("redo"))
        return triggerAction(actions.redo);
    if (action == QLatin1String("search"))
        return type(first);
    if (action == QLatin1String("export"))
        return exportAndClose();
    if (action == QLatin1String("recover"))
        return recover(first);
    if (action == QLatin1String("chart"))
        return showChart(first);
    if (action == QLatin1String("scheme"))
        return {[this, first] {
            m_window.setScheme(first == QLatin1String("dark") ? Scheme::Dark : Scheme::Light);
        }};
    if (action == QLatin1String("resize"))
        return {[this, first] {
            m_window.resize(first.section(QLatin1Char('x'), 0, 0).toInt(),
                            first.section(QLatin1Char('x'), 1).toInt());
        }};
    if (action == QLatin1String("perspective")) {
        const QStringList names{QStringLiteral("inspect"), QStringLiteral("tune"), QStringLiteral("compare")};
        const QKeySequence key(QStringLiteral("Alt+%1").arg(names.indexOf(first) + 1));
        for (QAction *known : actions.all())
            if (known->shortcut() == key)
                return triggerAction(known);
    }
    return {};
}

StallRun::Moves StallRun::select(const QStringList &words)
{
    const QVector<int> layers = layersOf(words, m_window.workbench().model().layers());
    auto *panel = m_window.findChild<LayerPanel *>();
    auto *table = panel->findChild<QTableView *>(QStringLiteral("layerTable"));
    if (layers.size() > 4) // as Ctrl+A and a lasso do; nobody clicks fifty times
        return {[panel, layers] { panel->selectLayers(layers); }};
    Moves moves;
    for (const int layer : layers) {
        const bool more = layer != layers.front();
        moves.push_back([table, layer, more] {
            const QModelIndex cell = table->model()->index(layer, 0);
            table->scrollTo(cell);
            click(table->viewport(), table->visualRect(cell).center(),
                  more ? Qt::ControlModifier : Qt::NoModifier);
        });
    }
    return moves;
}

StallRun::Moves StallRun::drag(const QString &method, const QString &span)
{
    MethodGroup *group = m_window.findChild<Inspector *>()->method(method);
    ValueControl *control = group ? group->value() : nullptr;
    if (!control)
        refuse(tr("%1 has no slider").arg(method));
    const double from = span.section(QStringLiteral(".."), 0, 0).toDouble();
    const double to = span.section(QStringLiteral(".."), 1).toDouble();
    MarkSlider *slider = control->slider();
    const auto at = [control, slider](double value) {
        const ValueControl::Scale &scale = control->scale();
        const double share =
            std::clamp((value - scale.minimum) / std::max(scale.maximum - scale.minimum, 1e-9), 0.0, 1.0);
        const int low = slider->positionOf(slider->minimum()), high = slider->positionOf(slider->maximum());
        return QPointF(low + share * (high - low), slider->height() / 2.0);
    };
    Moves moves;
    if (!group->check()->isChecked())
        moves.push_back([group] { group->check()->click(); });
    moves.push_back([=] { sendMouse(slider, QEvent::MouseButtonPress, at(from), Qt::LeftButton); });
    for (int i = 1; i <= dragMoves; ++i)
        moves.push_back([=] {
            sendMouse(slider, QEvent::MouseMove, at(from + (to - from) * i / dragMoves), Qt::LeftButton);
        });
    moves.push_back([=] { sendMouse(slider, QEvent::MouseButtonRelease, at(to), Qt::NoButton); });
    return moves;
}

StallRun::Moves StallRun::type(const QString &text)
{
    auto *field = m_window.findChild<LayerPanel *>()->findChild<QLineEdit *>();
    Moves moves{[field] { field->setFocus(); }};
    for (const QChar letter : text)
        moves.push_back([field, letter] { press(field, 0, QString(letter)); });
    for (qsizetype i = 0; i < text.size(); ++i)
        moves.push_back([field] { press(field, Qt::Key_Backspace); });
    return moves;
}

StallRun::Moves StallRun::triggerAction(QAction *action)
{
    return {[action] { action->trigger(); }};
}

StallRun::Moves StallRun::applyPreset(const QString &name)
{
    for (QAction *action : m_window.findChildren<QAction *>())
        if (action->text().endsWith(QStringLiteral("  ") + name)) // after its number
            return triggerAction(action);
    refuse(tr("no preset is called %1").arg(name));
}

StallRun::Moves StallRun::showChart(const QString &name)
{
    const QStringList weights{QStringLiteral("weights"), QStringLiteral("ranges"), QStringLiteral("sparsity"),
                              QStringLiteral("channels")};
    const QStringList spectrum{QStringLiteral("spectrum"), QStringLiteral("errors"),
                               QStringLiteral("storage")};
    const bool ofWeights = weights.contains(name);
    const auto page = static_cast<int>((ofWeights ? weights : spectrum).indexOf(name));
    const auto panel = ofWeights ? DockArea::Weights : DockArea::Spectrum;
    auto *panels = m_window.findChild<DockArea *>();
    return {[panels, panel] { panels->bringForward(panel); },
            [pages = panels->dock(panel)->findChild<ChartPages *>(), page] {
                if (const QTabBar *tabs = pages->tabs(); tabs->isVisible())
                    click(pages->tabs(), tabs->tabRect(page).center());
                else
                    pages->setCurrent(page);
            }};
}

/// First the way is chosen, then it is gone.
StallRun::Moves StallRun::recover(const QString &what)
{
    if (what == QLatin1String("start"))
        return {[this] { recoverButton(m_window)->click(); }};
    return {[this] { m_window.actions().recover->trigger(); },
            [this, what] { m_window.recovery().panel()->chooseTraining(what == QLatin1String("training")); }};
}

StallRun::Moves StallRun::exportAndClose()
{
    Moves moves = triggerAction(m_window.actions().exportModel);
    moves.resize(2 * turnsAfter, [] {});
    moves.push_back([this] {
        for (QDialog *dialog : m_window.findChildren<QDialog *>())
            if (dialog->isVisible())
                dialog->reject();
    });
    return moves;
}

} // namespace lathe::ui
