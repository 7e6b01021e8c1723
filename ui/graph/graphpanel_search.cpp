// The part of GraphPanel that finds things, and its menu.
#include "ui/graph/graphpanel.h"
#include "ui/style/theme.h"

#include <QBuffer>
#include <QClipboard>
#include <QFileDialog>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMessageBox>
#include <QPainter>
#include <QSaveFile>
#include <QSvgGenerator>
#include <QToolButton>

#include <algorithm>
#include <cmath>

namespace lathe::ui {
namespace {

constexpr double mostPixels = 60e6; ///< of a saved picture

/// All of the graph, as vectors or pixels. @returns the file's bytes
QByteArray picture(const GraphScene &scene, const GraphMarks &marks, bool vectors, const QColor &paper)
{
    const QSizeF size = scene.size + QSizeF(40, 40);
    const QRectF all(QPointF(-20, -20), size);
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    if (vectors) {
        QSvgGenerator svg;
        svg.setOutputDevice(&buffer);
        svg.setViewBox(all);
        svg.setSize(size.toSize());
        QPainter painter(&svg);
        painter.fillRect(all, paper);
        GraphPainter(painter, scene, marks, 1.0).paint(all);
    } else {
        const double scale = std::min(2.0, std::sqrt(mostPixels / (size.width() * size.height())));
        QImage image((size * scale).toSize().boundedTo({30000, 30000}), QImage::Format_RGB32);
        image.fill(paper);
        QPainter painter(&image);
        painter.scale(scale, scale);
        painter.translate(20, 20);
        GraphPainter(painter, scene, marks, scale).paint(all);
        painter.end();
        image.save(&buffer, "PNG");
    }
    return bytes;
}

} // namespace

void GraphPanel::find(const QString &text)
{
    m_search->setText(text);
}

void GraphPanel::refreshSearch()
{
    m_hits.clear();
    m_hitAt = -1;
    const QString words = m_search->text().trimmed();
    const auto scene = m_view->sharedScene();
    std::vector<bool> marks;
    if (scene && !words.isEmpty()) {
        const std::vector<GraphNode> &nodes = scene->document->graph.nodes;
        marks.assign(scene->items.size(), false);
        for (size_t i = 0; i < nodes.size(); ++i) {
            const auto holds = [&](const std::string &text) {
                return QString::fromStdString(text).contains(words, Qt::CaseInsensitive);
            };
            if (!holds(nodes[i].name) && !holds(nodes[i].op))
                continue;
            m_hits.push_back(static_cast<int>(i));
            marks[static_cast<size_t>(scene->itemOfNode[i])] = true;
        }
    }
    m_view->setHits(marks);
    m_count->setText(words.isEmpty() ? QString() : tr("%n found", nullptr, hitCount()));
    m_previous->setEnabled(!m_hits.empty());
    m_next->setEnabled(!m_hits.empty());
}

void GraphPanel::findNext(bool forward)
{
    if (m_hits.empty())
        return;
    const int count = hitCount();
    m_hitAt = m_hitAt < 0 ? (forward ? 0 : count - 1) : (m_hitAt + (forward ? 1 : count - 1)) % count;
    m_count->setText(tr("%1 of %2").arg(m_hitAt + 1).arg(count));
    goTo(m_hits[static_cast<size_t>(m_hitAt)]);
}

/// Shows a node by itself: blocks around it are opened.
void GraphPanel::goTo(int node)
{
    const auto scene = m_view->sharedScene();
    const int item = scene->itemOfNode[static_cast<size_t>(node)];
    if (scene->items[static_cast<size_t>(item)].block) {
        std::vector<bool> expanded = scene->expanded;
        for (const int block : scene->blocksAround(node))
            expanded[static_cast<size_t>(block)] = true;
        layOut(std::move(expanded), node);
        return;
    }
    m_view->setCurrentItem(item, true);
    m_view->reveal(item);
}

bool GraphPanel::event(QEvent *event)
{
    // The keys are those of the layer table too: here, where the focus is, they belong to the graph.
    if (event->type() == QEvent::ShortcutOverride) {
        auto *key = static_cast<QKeyEvent *>(event);
        const bool clears =
            key->key() == Qt::Key_Escape && m_search->hasFocus() && !m_search->text().isEmpty();
        if (key->matches(QKeySequence::Find) || key->key() == Qt::Key_F3 || clears) {
            key->accept();
            return true;
        }
    }
    return QWidget::event(event);
}

void GraphPanel::keyPressEvent(QKeyEvent *event)
{
    if (event->matches(QKeySequence::Find)) {
        m_search->setFocus(Qt::ShortcutFocusReason);
        m_search->selectAll();
    } else if (event->key() == Qt::Key_F3) {
        findNext(!(event->modifiers() & Qt::ShiftModifier));
    } else {
        QWidget::keyPressEvent(event);
    }
}

bool GraphPanel::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_search && event->type() == QEvent::KeyPress) {
        const auto *key = static_cast<QKeyEvent *>(event);
        if (key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter) {
            findNext(!(key->modifiers() & Qt::ShiftModifier));
            return true;
        }
        if (key->key() == Qt::Key_Escape && !m_search->text().isEmpty()) {
            m_search->clear();
            return true;
        }
        if (key->key() == Qt::Key_Down) {
            m_view->setFocus(Qt::OtherFocusReason);
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

void GraphPanel::showMenu(int index, const QPoint &position)
{
    const auto scene = m_view->sharedScene();
    QMenu menu(this);
    if (index >= 0) {
        const SceneItem &item = scene->items[static_cast<size_t>(index)];
        if (!item.block) {
            const std::string &name =
                scene->document->graph.nodes[static_cast<size_t>(item.source.node)].name;
            menu.addAction(icon(QStringLiteral("copy")), tr("Copy name"), this,
                           [name] { QGuiApplication::clipboard()->setText(QString::fromStdString(name)); });
        }
        if (item.block)
            menu.addAction(tr("Open the block"), this, [this, index] { toggle(index); });
        else if (!scene->blocksAround(item.source.node).empty())
            menu.addAction(tr("Close the block around it"), this, [this, index] { toggle(index); });
        menu.addSeparator();
    }
    menu.addAction(tr("Open all blocks"), this, &GraphPanel::expandAll);
    menu.addAction(tr("Close all blocks"), this, &GraphPanel::collapseAll);
    menu.addAction(icon(QStringLiteral("fit")), tr("Show all of it"), m_view, &GraphView::fit);
    menu.addSeparator();
    menu.addAction(icon(QStringLiteral("save")), tr("Save image…"), this, &GraphPanel::saveImage);
    menu.exec(position);
}

void GraphPanel::saveImage()
{
    QString path = QFileDialog::getSaveFileName(this, tr("Save image"), QString(),
                                                tr("PNG image (*.png);;SVG drawing (*.svg)"));
    if (path.isEmpty())
        return;
    const bool vectors = path.endsWith(QLatin1String(".svg"), Qt::CaseInsensitive);
    if (!vectors && !path.endsWith(QLatin1String(".png"), Qt::CaseInsensitive))
        path += QLatin1String(".png");
    saveTo(path);
}

void GraphPanel::saveTo(const QString &path)
{
    GraphMarks marks = m_view->marks();
    marks.hover = marks.current = -1;
    const bool vectors = path.endsWith(QLatin1String(".svg"), Qt::CaseInsensitive);
    const auto job = [scene = m_view->sharedScene(), marks, vectors, path,
                      paper = colors().surface](const JobContext &) -> QString {
        QSaveFile file(path);
        const QByteArray bytes = picture(*scene, marks, vectors, paper);
        const bool written = !bytes.isEmpty() && file.open(QIODevice::WriteOnly) &&
                             file.write(bytes) == bytes.size() && file.commit();
        return written ? QString() : file.errorString();
    };
    m_saver.start(job, [this, path](const Outcome<QString> &outcome) {
        const auto *problem = std::get_if<QString>(&outcome);
        emit imageSaved(problem && problem->isEmpty() ? path : QString());
        if (problem && problem->isEmpty())
            return;
        QMessageBox::warning(this, tr("Save image"),
                             tr("The image could not be written to %1: %2.")
                                 .arg(path, problem ? *problem : tr("there is not enough memory")));
    });
}

} // namespace lathe::ui
