#include "ui/panelparts.h"

#include "ui/settings.h"
#include "ui/theme.h"

#include <QEvent>
#include <QHeaderView>
#include <QMenu>
#include <QPainter>
#include <QStyledItemDelegate>

#include <algorithm>

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

ElidedLabel::ElidedLabel(QWidget *parent) : QLabel(parent)
{
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
}

void ElidedLabel::setFullText(const QString &text)
{
    setText(text);
    setToolTip(text);
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
    painter.drawText(rect(), int(alignment()), fontMetrics().elidedText(text(), Qt::ElideMiddle, width()));
}

void styleTable(QTableView *table)
{
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    table->setShowGrid(false);
    table->setWordWrap(false);
    table->setTextElideMode(Qt::ElideMiddle);
    table->setFrameShape(QFrame::NoFrame);
    table->setTabKeyNavigation(false); // Tab leaves the table; arrows walk in it
    table->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    table->setContextMenuPolicy(Qt::CustomContextMenu);
    table->setCornerButtonEnabled(false);
    table->verticalHeader()->hide();
    table->verticalHeader()->setMinimumSectionSize(table->fontMetrics().height() + 2);
    table->verticalHeader()->setDefaultSectionSize(table->fontMetrics().height() + 8);
    QHeaderView *header = table->horizontalHeader();
    header->setFont(scaledFont(titleScale, QFont::DemiBold));
    header->setHighlightSections(false);
    header->setResizeContentsPrecision(100); // rows; to ask thousands of them takes a picture or two
    header->setSectionsMovable(true);
    header->setMinimumSectionSize(table->fontMetrics().averageCharWidth() * 5);
    const auto colour = [table] { table->setPalette(quietSelection()); };
    colour();
    QObject::connect(ThemeNotifier::instance(), &ThemeNotifier::changed, table, colour);
}

QString selectedRowsAsText(const QTableView *table)
{
    const QHeaderView *header = table->horizontalHeader();
    QVector<int> columns;
    for (int visual = 0; visual < header->count(); ++visual) {
        const int logical = header->logicalIndex(visual);
        if (!header->isSectionHidden(logical))
            columns << logical;
    }
    QModelIndexList rows = table->selectionModel()->selectedRows();
    std::sort(rows.begin(), rows.end());
    QStringList line;
    for (const int column : columns)
        line << table->model()->headerData(column, Qt::Horizontal).toString();
    QString text = line.join(QLatin1Char('\t'));
    for (const QModelIndex &row : rows) {
        line.clear();
        for (const int column : columns)
            line << row.siblingAtColumn(column).data().toString();
        text += QLatin1Char('\n') + line.join(QLatin1Char('\t'));
    }
    return text + QLatin1Char('\n');
}

void addColumnMenu(QTableView *table, int fixed, const QString &id, const QVector<int> &hidden)
{
    const QString key = QStringLiteral("columns/") + id;
    const QStringList remembered = Settings().list(key); // a word first, so that no column is a choice too
    QStringList usual{QStringLiteral("hidden")};
    for (const int column : hidden)
        usual << QString::number(column);
    for (const QString &column : (remembered.isEmpty() ? usual : remembered).mid(1))
        table->horizontalHeader()->hideSection(column.toInt());
    const auto remember = [table, key] {
        QStringList columns{QStringLiteral("hidden")};
        for (int column = 0; column < table->horizontalHeader()->count(); ++column)
            if (table->horizontalHeader()->isSectionHidden(column))
                columns << QString::number(column);
        Settings().setList(key, columns);
    };
    QHeaderView *header = table->horizontalHeader();
    header->setContextMenuPolicy(Qt::CustomContextMenu);
    QObject::connect(
        header, &QWidget::customContextMenuRequested, table,
        [table, header, fixed, remember](const QPoint &at) {
            QMenu menu;
            for (int visual = 0; visual < header->count(); ++visual) {
                const int column = header->logicalIndex(visual);
                QAction *action =
                    menu.addAction(table->model()->headerData(column, Qt::Horizontal).toString());
                action->setCheckable(true);
                action->setChecked(!header->isSectionHidden(column));
                action->setEnabled(column != fixed);
                QObject::connect(action, &QAction::toggled, table, [header, column, remember](bool on) {
                    header->setSectionHidden(column, !on);
                    remember();
                });
            }
            menu.exec(header->mapToGlobal(at));
        });
}

void ignoreWheelWithoutFocus(QWidget *control)
{
    control->setFocusPolicy(Qt::StrongFocus); // by Tab and click, not by the wheel
    control->installEventFilter(new WheelGuard(control));
}

} // namespace lathe::ui
