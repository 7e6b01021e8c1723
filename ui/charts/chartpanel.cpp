#include "ui/charts/chartpanel.h"

#include "ui/base/format.h"
#include "ui/base/shortnames.h"
#include "ui/charts/plotview.h"
#include "ui/style/theme.h"
#include "ui/widgets/panelparts.h"

#include <QAbstractAxis>
#include <QApplication>
#include <QChart>
#include <QClipboard>
#include <QFileDialog>
#include <QFileInfo>
#include <QGraphicsLayout>
#include <QHBoxLayout>
#include <QMenu>
#include <QMessageBox>
#include <QPainter>
#include <QPixmap>
#include <QSaveFile>
#include <QStackedWidget>
#include <QSvgGenerator>
#include <QVBoxLayout>

#include <algorithm>

namespace lathe::ui {
namespace {

constexpr int usualName = 20; ///< letters
const QString svgSuffix = QStringLiteral(".svg");

int titleHeight()
{
    return QFontMetrics(scaledFont(titleScale)).height();
}

} // namespace

ChartPanel::ChartPanel(const QString &title, const QString &emptyText, QWidget *parent)
    : QWidget(parent), m_titleText(title), m_emptyText(emptyText), m_title(makeTitle(title, this)),
      m_subject(new ElidedLabel(this)), m_header(new QHBoxLayout), m_legend(new QWidget(this)),
      m_stack(new QStackedWidget(this)), m_empty(makeEmptyState(emptyText, this))
{
    auto *plot = new QChart;
    plot->legend()->hide();
    // Above it are the titles of the axes; half a label reaches over the last tick.
    plot->setMargins(
        QMargins(0, titleHeight() + titleHeight() / 2 + 2, fontMetrics().averageCharWidth() * 2, 0));
    plot->layout()->setContentsMargins(0, 0, 0, 0);
    plot->setBackgroundRoundness(0);
    plot->setLocalizeNumbers(true);
    m_view = new PlotView(plot, this);

    m_header->setSpacing(8);
    m_header->addWidget(m_title);
    m_header->addWidget(m_subject, 1);
    m_header->addStretch(0);
    m_header->addWidget(m_legend);
    auto *legend = new QHBoxLayout(m_legend);
    legend->setContentsMargins(0, 0, 0, 0);
    legend->setSpacing(8);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 8, 8, 8);
    layout->setSpacing(4);
    layout->addLayout(m_header);
    layout->addWidget(m_stack, 1);
    m_empty->setBackgroundRole(QPalette::Base);
    m_empty->setAutoFillBackground(true);
    m_stack->addWidget(m_empty);
    m_stack->addWidget(m_view);

    const auto restyleAll = [this] {
        chart()->setBackgroundBrush(colors().surface);
        chart()->setPlotAreaBackgroundVisible(false);
        restyle();
        updateOverlay();
    };
    connect(ThemeNotifier::instance(), &ThemeNotifier::changed, this, restyleAll);
    // The series are made by the constructors of the classes below; style them once those are done.
    QMetaObject::invokeMethod(this, restyleAll, Qt::QueuedConnection);
}

ChartPanel::~ChartPanel()
{
    delete m_view; // not by the QWidget that is left then: it still sends events, which the view hands on to
                   // this
}

QChart *ChartPanel::chart() const
{
    return m_view->chart();
}

bool ChartPanel::isEmpty() const
{
    return m_stack->currentIndex() == 0;
}

void ChartPanel::setTitleRoom(QSize room)
{
    m_title->clear();
    m_title->setFixedSize(room);
}

void ChartPanel::addToLegend(QWidget *label)
{
    m_legend->layout()->addWidget(label);
}

bool ChartPanel::event(QEvent *event)
{
    if (event->type() == QEvent::Resize || event->type() == QEvent::LayoutRequest) {
        fitHeader();
        fitBottomTitle();
    }
    return QWidget::event(event);
}

/// Of a title that has no height the chart would leave the dots alone.
void ChartPanel::fitBottomTitle()
{
    const bool room = 2 * m_view->height() >= fontMetrics().height() * 17; // a legend may have taken rows
    for (QAbstractAxis *axis : chart()->axes(Qt::Horizontal))
        axis->setTitleVisible(room);
}

/// What does not fit beside the title and the buttons is left out: the legend, where a name would be cut for
/// it that is no longer than most.
void ChartPanel::fitHeader()
{
    int room =
        contentsRect().width() - layout()->contentsMargins().left() - layout()->contentsMargins().right();
    for (int i = 0; i < m_header->count(); ++i) {
        QWidget *widget = m_header->itemAt(i)->widget();
        if (widget && widget != m_subject && widget != m_legend && !widget->isHidden())
            room -= widget->minimumSizeHint().expandedTo(widget->minimumSize()).width() + m_header->spacing();
    }
    room -= m_header->spacing(); // before the subject
    const QFontMetrics metrics = m_subject->fontMetrics();
    const QStringList forms = m_nameForms.value(m_subjectName, {m_subjectName});
    int subject = metrics.horizontalAdvance(forms.last());
    if (!m_keepsSubject)
        subject = std::min(subject, letterWidth(metrics) * usualName);
    const int legend = m_legend->sizeHint().width() + m_header->spacing();
    const int margins = 2 * m_header->spacing(); // of a label around its text
    const bool both = legend + subject + margins <= room;
    m_legend->setVisible(both);
    if (both)
        room -= legend;
    m_subject->setFullText(fittingForm(forms, metrics, room));
    m_subject->setToolTip(m_subjectName);
    m_subject->setVisible(m_keepsSubject || m_subject->minimumSizeHint().width() <= room);
}

QSize ChartPanel::sizeHint() const
{
    const int em = fontMetrics().height();
    return {em * 28, em * 14};
}

QSize ChartPanel::minimumSizeHint() const
{
    const int em = fontMetrics().height();
    return {em * 14, em * 8};
}

void ChartPanel::setSubject(const QString &layerName)
{
    m_subjectName = layerName;
    fitHeader();
}

void ChartPanel::showEmpty(const QString &text)
{
    m_empty->setText(text.isEmpty() ? m_emptyText : text);
    m_stack->setCurrentIndex(0);
}

void ChartPanel::showPlot()
{
    m_stack->setCurrentIndex(1);
}

int ChartPanel::ticksAcross() const
{
    return std::clamp(m_view->width() / (fontMetrics().height() * 5), 2, 10);
}

int ChartPanel::ticksUp() const
{
    return std::clamp((m_view->height() - fontMetrics().height() * 3) / (fontMetrics().height() * 2), 2, 8);
}

void ChartPanel::updateOverlay()
{
    m_view->viewport()->update();
}

bool ChartPanel::handleViewEvent(QEvent *)
{
    return false;
}

QRectF ChartPanel::plotArea() const
{
    return chart()->plotArea();
}

double ChartPanel::xOf(double value) const
{
    return chart()->mapToPosition(QPointF(value, 0.0)).x();
}

double ChartPanel::valueOf(double x) const
{
    return chart()->mapToValue(QPointF(x, plotArea().center().y())).x();
}

void ChartPanel::styleAxis(QAbstractAxis *axis) const
{
    axis->setLabelsFont(scaledFont(titleScale));
    axis->setTitleFont(scaledFont(titleScale));
    axis->setLabelsColor(colors().muted);
    axis->setTitleBrush(colors().muted);
    if (axis->orientation() == Qt::Vertical)
        axis->setTitleVisible(false); // see axisTitles()
    axis->setLinePen(QPen(colors().line, 1));
    axis->setGridLinePen(QPen(colors().line, 1));
}

QVector<ChartPanel::AxisTitle> ChartPanel::axisTitles() const
{
    QVector<AxisTitle> titles;
    if (isEmpty())
        return titles;
    const QFontMetricsF metrics(scaledFont(titleScale));
    const double edge = 2.0, between = 12.0;
    const double width = m_view->viewport()->width() - 2 * edge;
    for (const QAbstractAxis *axis : chart()->axes(Qt::Vertical))
        if (!axis->titleText().isEmpty())
            titles << AxisTitle{{}, axis->titleText(), axis->alignment() == Qt::AlignRight};
    const double each = titles.size() > 1 ? (width - between) / double(titles.size()) : width;
    for (AxisTitle &title : titles) {
        double room = each;
        for (const AxisTitle &other : std::as_const(titles)) // what it does not need is left to the other
            if (&other != &title)
                room = std::max(room, width - between - metrics.horizontalAdvance(other.text));
        title.text = metrics.elidedText(title.text, Qt::ElideRight, room);
        const double length = metrics.horizontalAdvance(title.text) + 1.0;
        title.box = QRectF(title.atRight ? edge + width - length : edge, 0.0, length, metrics.height());
    }
    return titles;
}

void ChartPanel::paintForeground(QPainter &painter)
{
    painter.setFont(scaledFont(titleScale));
    painter.setPen(colors().muted);
    for (const AxisTitle &title : axisTitles())
        painter.drawText(title.box, int(Qt::AlignLeft | Qt::AlignVCenter), title.text);
    paintOverlay(painter);
}

void ChartPanel::drawTag(QPainter &painter, QPointF anchor, const QString &text, const QColor &ink,
                         bool toTheLeft) const
{
    painter.setFont(scaledFont(titleScale));
    const QFontMetricsF metrics(painter.font());
    const double width = metrics.horizontalAdvance(text) + 6, height = metrics.height() + 2;
    QRectF box(toTheLeft ? anchor.x() - width : anchor.x(), anchor.y() - height / 2, width, height);
    const QRectF area = plotArea();
    box.moveLeft(std::clamp(box.left(), area.left(), std::max(area.left(), area.right() - width)));
    QColor paper = colors().surface;
    paper.setAlphaF(0.85f);
    painter.fillRect(box, paper);
    painter.setPen(ink);
    painter.drawText(box, int(Qt::AlignCenter), text);
}

void ChartPanel::drawCard(QPainter &painter, QPointF anchor, const QStringList &lines) const
{
    if (lines.isEmpty())
        return;
    constexpr double margin = 6.0, distance = 12.0;
    painter.setFont(scaledFont(titleScale));
    const QFontMetricsF metrics(painter.font());
    double width = 0.0;
    for (const QString &line : lines)
        width = std::max(width, metrics.horizontalAdvance(line));
    QRectF box(anchor + QPointF(distance, distance),
               QSizeF(width + 2 * margin, metrics.height() * double(lines.size()) + 2 * margin));
    const QRectF room = QRectF(m_view->viewport()->rect()).adjusted(1, 1, -1, -1);
    if (box.right() > room.right())
        box.moveRight(anchor.x() - distance);
    if (box.bottom() > room.bottom())
        box.moveBottom(anchor.y() - distance);
    box.moveLeft(std::max(box.left(), room.left()));
    box.moveTop(std::max(box.top(), room.top()));
    painter.setPen(QPen(colors().line, 1));
    painter.setBrush(colors().panel);
    painter.drawRect(box);
    QRectF line(box.topLeft() + QPointF(margin, margin), QSizeF(width + 1, metrics.height()));
    for (qsizetype i = 0; i < lines.size(); ++i) {
        painter.setPen(i == 0 ? colors().text : colors().muted);
        painter.drawText(line, int(Qt::AlignLeft | Qt::AlignVCenter), lines[i]);
        line.translate(0, metrics.height());
    }
}

QPixmap ChartPanel::image() const
{
    constexpr double scale = 2.0;
    QPixmap pixmap(size() * scale);
    pixmap.setDevicePixelRatio(scale);
    pixmap.fill(colors().panel);
    const_cast<ChartPanel *>(this)->render(&pixmap);
    return pixmap;
}

void ChartPanel::showContextMenu(const QPoint &globalPosition)
{
    QMenu menu(this);
    menu.addAction(icon(QStringLiteral("copy")), tr("Copy data as CSV"), this,
                   [this] { QApplication::clipboard()->setText(csv()); });
    menu.addAction(icon(QStringLiteral("image")), tr("Copy image"), this,
                   [this] { QApplication::clipboard()->setPixmap(image()); });
    menu.addAction(icon(QStringLiteral("save")), tr("Save image…"), this, &ChartPanel::saveImage);
    menu.exec(globalPosition);
}

void ChartPanel::saveImage()
{
    const QString png = tr("PNG image (*.png)"), svg = tr("SVG drawing (*.svg)");
    QString chosen = png;
    QString path = QFileDialog::getSaveFileName(this, tr("Save image"), QString(),
                                                png + QStringLiteral(";;") + svg, &chosen);
    if (path.isEmpty())
        return;
    if (QFileInfo(path).suffix().isEmpty())
        path += chosen == svg ? svgSuffix : QStringLiteral(".png");
    if (const QString fault = saveImageTo(path); !fault.isEmpty())
        QMessageBox::warning(this, tr("Save image"),
                             tr("The image could not be written to %1: %2.").arg(path, fault));
}

QString ChartPanel::saveImageTo(const QString &path) const
{
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        return file.errorString();
    const bool written =
        path.endsWith(svgSuffix, Qt::CaseInsensitive) ? writeSvg(file) : image().save(&file, "PNG");
    return written && file.commit() ? QString() : file.errorString();
}

bool ChartPanel::writeSvg(QIODevice &device) const
{
    QSvgGenerator generator;
    generator.setOutputDevice(&device);
    generator.setSize(size());
    generator.setViewBox(rect());
    generator.setTitle(accessibleName());
    QPainter painter;
    if (!painter.begin(&generator))
        return false;
    painter.fillRect(rect(), colors().panel);
    const_cast<ChartPanel *>(this)->render(&painter);
    return painter.end();
}

SeriesLabel::SeriesLabel(const QString &text, QColor (*color)(), QWidget *parent)
    : QWidget(parent), m_text(text), m_color(color)
{
    setFont(scaledFont(titleScale));
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void SeriesLabel::setText(const QString &text)
{
    m_text = text;
    updateGeometry();
    update();
}

QSize SeriesLabel::sizeHint() const
{
    return {fontMetrics().horizontalAdvance(m_text) + fontMetrics().height() + 4, fontMetrics().height()};
}

void SeriesLabel::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const int stroke = fontMetrics().height();
    painter.fillRect(QRect(0, height() / 2 - 1, stroke - 2, 3), m_color());
    painter.setPen(colors().muted);
    painter.drawText(rect().adjusted(stroke + 2, 0, 0, 0), int(Qt::AlignLeft | Qt::AlignVCenter), m_text);
}

} // namespace lathe::ui
