#include "ui/widgets/panelparts.h"

#include "ui/base/tabletext.h"
#include "ui/style/theme.h"

#include <QEvent>
#include <QHeaderView>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QTreeView>

#include <algorithm>
#include <cmath>

namespace lathe::ui {
namespace {

QPalette quietSelection()
{
    QPalette palette;
    palette.setColor(QPalette::Highlight, isDark() ? QColor(0x24455C) : QColor(0xD3E5F2));
    palette.setColor(QPalette::HighlightedText, colors().text);
    return palette;
}

class WheelGuard : public QObject {
public:
    using QObject::QObject;
    bool eventFilter(QObject *watched, QEvent *event) override
    {
        const auto *widget = qobject_cast<QWidget *>(watched);
        if (event->type() != QEvent::Wheel || !widget || widget->hasFocus())
            return false;
        event->ignore(); // so that a scroll area around it gets the event
        return true;
    }
};

} // namespace

int letterWidth(const QFontMetrics &metrics)
{
    static const QString letters = QStringLiteral("abcdefghijklmnopqrstuvwxyz");
    constexpr qsizetype most = 16;                         // of the fonts that are in use
    static QVector<std::pair<QFontMetrics, int>> known;    // shaping a text takes as long as all the rest
    for (const auto &[font, width] : std::as_const(known)) // of fitting a column
        if (font == metrics)
            return width;
    if (known.size() == most)
        known.removeFirst();
    const double width = double(metrics.horizontalAdvance(letters)) / double(letters.size());
    known.append({metrics, static_cast<int>(std::ceil(width))});
    return known.last().second;
}

QLabel *makeTitle(const QString &text, QWidget *parent)
{
    auto *label = new QLabel(text, parent);
    label->setFont(scaledFont(titleScale, QFont::DemiBold));
    label->setForegroundRole(QPalette::PlaceholderText);
    return label;
}

QLabel *makeMuted(const QString &text, QWidget *parent)
{
    auto *label = new QLabel(text, parent);
    label->setForegroundRole(QPalette::PlaceholderText);
    return label;
}

QLabel *makeEmptyState(const QString &text, QWidget *parent)
{
    QLabel *label = makeMuted(text, parent);
    label->setAlignment(Qt::AlignCenter);
    label->setWordWrap(true);
    label->setMargin(16);
    return label;
}

QFrame *makeLine(QWidget *parent)
{
    auto *line = new QFrame(parent);
    line->setFixedHeight(1);
    const auto colour = [line] {
        QPalette palette;
        palette.setColor(QPalette::Window, colors().line);
        line->setPalette(palette);
    };
    line->setAutoFillBackground(true);
    colour();
    QObject::connect(ThemeNotifier::instance(), &ThemeNotifier::changed, line, colour);
    return line;
}

void wrapFreely(QLabel *label)
{
    label->setWordWrap(true);
    QSizePolicy policy = label->sizePolicy(); // has been told that the height follows from the width
    policy.setHorizontalPolicy(QSizePolicy::Ignored);
    label->setSizePolicy(policy);
}

ElidedLabel::ElidedLabel(QWidget *parent) : QLabel(parent)
{
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
}

void ElidedLabel::setFullText(const QString &text)
{
    setText(text);
    setToolTip(text);
}

void ElidedLabel::setElideMode(Qt::TextElideMode mode)
{
    m_elide = mode;
    update();
}

QSize ElidedLabel::minimumSizeHint() const
{
    return {fontMetrics().horizontalAdvance(QStringLiteral("abc…xyz")), fontMetrics().height()};
}

QSize ElidedLabel::sizeHint() const
{
    return {fontMetrics().horizontalAdvance(text()) + 2, fontMetrics().height()};
}

void ElidedLabel::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setPen(palette().color(foregroundRole()));
    painter.drawText(rect(), int(alignment()), fontMetrics().elidedText(text(), m_elide, width()));
}

static void styleView(QAbstractItemView *view, QHeaderView *header)
{
    view->setSelectionBehavior(QAbstractItemView::SelectRows);
    view->setSelectionMode(QAbstractItemView::ExtendedSelection);
    view->setTextElideMode(Qt::ElideMiddle);
    view->setFrameShape(QFrame::NoFrame);
    view->setTabKeyNavigation(false); // Tab leaves the view; arrows walk in it
    view->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    view->setContextMenuPolicy(Qt::CustomContextMenu);
    header->setFont(scaledFont(titleScale, QFont::DemiBold));
    header->setHighlightSections(false);
    header->setSectionsMovable(true);
    header->setMinimumSectionSize(letterWidth(view->fontMetrics()) * 5);
    const auto colour = [view] { view->setPalette(quietSelection()); };
    colour();
    QObject::connect(ThemeNotifier::instance(), &ThemeNotifier::changed, view, colour);
}

void styleTable(QTableView *table)
{
    styleView(table, table->horizontalHeader());
    table->setShowGrid(false);
    table->setWordWrap(false);
    table->setCornerButtonEnabled(false);
    table->verticalHeader()->hide();
    table->verticalHeader()->setMinimumSectionSize(table->fontMetrics().height() + 2);
    table->verticalHeader()->setDefaultSectionSize(table->fontMetrics().height() + 8);
    table->horizontalHeader()->setResizeContentsPrecision(
        100); // rows; to ask thousands of them takes a picture or two
}

void styleTree(QTreeView *tree)
{
    styleView(tree, tree->header());
    tree->setUniformRowHeights(true);
    tree->setAllColumnsShowFocus(true);
    tree->setIndentation(tree->fontMetrics().height());
}

QString selectedRowsAsText(const QAbstractItemView *view, const QVector<int> &columns)
{
    QModelIndexList rows = view->selectionModel()->selectedRows();
    const auto placeOf = [view](const QModelIndex &row) { return view->visualRect(row).top(); };
    std::sort(rows.begin(), rows.end(),
              [&](const QModelIndex &a, const QModelIndex &b) { return placeOf(a) < placeOf(b); });
    QStringList line;
    for (const int column : columns)
        line << view->model()->headerData(column, Qt::Horizontal).toString();
    QString text = line.join(QLatin1Char('\t'));
    for (const QModelIndex &row : rows) {
        line.clear();
        for (const int column : columns) {
            const QModelIndex cell = row.siblingAtColumn(column);
            const QVariant whole = cell.data(FullTextRole);
            line << cellText((whole.isValid() ? whole : cell.data()).toString());
        }
        text += QLatin1Char('\n') + line.join(QLatin1Char('\t'));
    }
    return text + QLatin1Char('\n');
}

QString selectedRowsAsText(const QTableView *table)
{
    const QHeaderView *header = table->horizontalHeader();
    QVector<int> columns;
    for (int visual = 0; visual < header->count(); ++visual)
        if (const int logical = header->logicalIndex(visual); !header->isSectionHidden(logical))
            columns << logical;
    return selectedRowsAsText(table, columns);
}

void ignoreWheelWithoutFocus(QWidget *control)
{
    control->setFocusPolicy(Qt::StrongFocus); // by Tab and click, not by the wheel
    control->installEventFilter(new WheelGuard(control));
}

} // namespace lathe::ui
