#include "ui/widgets/columnfit.h"

#include "ui/base/settings.h"
#include "ui/widgets/panelparts.h"

#include <QAbstractItemView>
#include <QEvent>
#include <QGuiApplication>
#include <QHeaderView>
#include <QMenu>
#include <QScopedValueRollback>
#include <QTimer>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace lathe::ui {
namespace {

constexpr int pause = 150;      // ms; a slider that moves changes cells all the time
constexpr int spareLetters = 2; // that a column has too many before it becomes narrower

template <typename Width>
int sumOf(const QVector<ColumnFit::Column> &columns, Width width)
{
    return std::accumulate(columns.begin(), columns.end(), 0,
                           [&](int sum, const ColumnFit::Column &column) { return sum + width(column); });
}

} // namespace

ColumnFit::ColumnFit(QAbstractItemView *view, QHeaderView *header, const QString &id, QVector<Column> columns,
                     int essential)
    : QObject(view), m_view(view), m_header(header), m_key(QStringLiteral("columns/") + id),
      m_columns(std::move(columns)), m_essential(essential), m_soon(new QTimer(this))
{
    readChoices();
    for (int place = 0; place < m_columns.size(); ++place)
        header->moveSection(header->visualIndex(m_columns[place].section), place);
    header->setStretchLastSection(false);
    header->setContextMenuPolicy(Qt::CustomContextMenu);
    view->viewport()->installEventFilter(this);
    m_soon->setSingleShot(true);
    m_soon->setInterval(pause);
    connect(m_soon, &QTimer::timeout, this, &ColumnFit::refitNow);
    connect(header, &QWidget::customContextMenuRequested, this, [this](const QPoint &at) {
        QMenu menu;
        fillMenu(&menu);
        menu.exec(m_header->mapToGlobal(at));
    });
    connect(header, &QHeaderView::sectionResized, this, [this](int section, int, int width) {
        if (m_fitting || width == 0)
            return;
        m_dragged[section] = width;
        refit();
    });
    restart();
}

/// "chosen", then "+" or "-" and the section for each choice. Earlier versions kept all that were hidden.
void ColumnFit::readChoices()
{
    const QStringList kept = Settings().list(m_key);
    if (kept.isEmpty())
        return;
    const QStringList words = kept.mid(1);
    if (kept.first() == QLatin1String("chosen")) {
        for (const QString &word : words)
            m_choices[word.mid(1).toInt()] =
                word.startsWith(QLatin1Char('+')) ? Choice::Shown : Choice::Hidden;
        return;
    }
    for (const Column &column : std::as_const(m_columns))
        if (const bool hidden = words.contains(QString::number(column.section)); hidden != column.onDemand)
            m_choices[column.section] = hidden ? Choice::Hidden : Choice::Shown;
}

void ColumnFit::writeChoices() const
{
    QStringList kept;
    for (auto it = m_choices.cbegin(); it != m_choices.cend(); ++it)
        kept << (it.value() == Choice::Shown ? QLatin1Char('+') : QLatin1Char('-')) +
                    QString::number(it.key());
    kept.sort();
    Settings().setList(m_key, kept.isEmpty() ? kept : QStringList{QStringLiteral("chosen")} + kept);
}

void ColumnFit::setPriority(const QVector<int> &sections)
{
    QVector<int> places;
    for (int place = 0; place < m_columns.size(); ++place)
        if (sections.contains(m_columns[place].section))
            places << place;
    QVector<Column> ordered = m_columns;
    for (int i = 0; i < places.size(); ++i)
        ordered[places[i]] = *std::ranges::find(m_columns, sections[i], &Column::section);
    const bool same = std::ranges::equal(ordered, m_columns, {}, &Column::section, &Column::section);
    m_columns = ordered;
    if (same)
        return;
    for (const int place : std::as_const(places))
        m_header->moveSection(m_header->visualIndex(m_columns[place].section), place);
    fit();
}

QVector<int> ColumnFit::sections() const
{
    QVector<int> sections;
    for (const Column &column : m_columns)
        sections << column.section;
    return sections;
}

void ColumnFit::restart()
{
    m_content.clear();
    m_cells.clear();
    m_dragged.clear();
    measure();
    fit();
}

void ColumnFit::refit()
{
    if (!m_soon->isActive())
        m_soon->start();
}

/// Nothing moves under a pointer that holds something.
void ColumnFit::refitNow()
{
    if (QGuiApplication::mouseButtons() != Qt::NoButton) {
        m_soon->start();
        return;
    }
    measure();
    fit();
}

void ColumnFit::measure()
{
    for (const Column &column : std::as_const(m_columns)) {
        int &cells = m_cells[column.section];
        const int needed =
            m_view->model()->rowCount() > 0 ? m_view->sizeHintForColumn(column.section) : cells;
        if (needed > cells || needed < cells - pixels(spareLetters))
            cells = needed;
        m_content[column.section] = std::max(headerWidth(column.section), cells + pixels(1));
    }
}

/// The header itself says nothing of a section that is hidden.
int ColumnFit::titleWidth(int section) const
{
    const QString title = m_view->model()->headerData(section, Qt::Horizontal).toString();
    const int margin = m_header->style()->pixelMetric(QStyle::PM_HeaderMargin, nullptr, m_header);
    return m_header->fontMetrics().horizontalAdvance(title) + 2 * margin;
}

int ColumnFit::headerWidth(int section) const
{
    const QStyle *style = m_header->style();
    return titleWidth(section) + style->pixelMetric(QStyle::PM_HeaderMarkSize, nullptr, m_header) +
           2 * style->pixelMetric(QStyle::PM_HeaderMargin, nullptr, m_header);
}

int ColumnFit::pixels(int characters) const
{
    return characters * letterWidth(m_view->fontMetrics());
}

int ColumnFit::usual(const Column &column) const
{
    if (const auto dragged = m_dragged.find(column.section); dragged != m_dragged.end())
        return *dragged;
    const int width = column.most > 0 ? std::min(contentOf(column), pixels(column.most)) : contentOf(column);
    return std::max({width, pixels(column.least), headerWidth(column.section)});
}

int ColumnFit::squeezed(const Column &column) const
{
    if (column.squeezed == 0 || m_dragged.contains(column.section))
        return usual(column);
    const int figures = column.most == 0 ? m_cells.value(column.section) : 0;
    return std::min(usual(column), std::max({pixels(column.squeezed), titleWidth(column.section), figures}));
}

bool ColumnFit::isForced(const Column &column) const
{
    return isName(column) ||
           (m_choices.contains(column.section) && m_choices[column.section] == Choice::Shown);
}

bool ColumnFit::isOffered(const Column &column) const
{
    return isForced(column) || (!m_choices.contains(column.section) && !column.onDemand);
}

/// Those that are shown, by priority. The essential ones, and those that a person wants, are squeezed before
/// they go; another one comes when there is room for it beside what these take usually.
QVector<ColumnFit::Column> ColumnFit::fitting(int room) const
{
    QVector<Column> offered, shown;
    std::ranges::copy_if(m_columns, std::back_inserter(offered),
                         [this](const Column &c) { return isOffered(c); });
    std::ranges::copy_if(offered, std::back_inserter(shown),
                         [&](const Column &c) { return isFirm(c, offered); });
    const auto least = [this](const Column &c) { return squeezed(c); };
    for (qsizetype i = shown.size() - 1; i > 0 && sumOf(shown, least) > room; --i)
        if (!isForced(shown[i]))
            shown.removeAt(i);
    int taken = sumOf(shown, [this](const Column &c) { return usual(c); });
    for (const Column &column : std::as_const(offered)) {
        if (isFirm(column, offered))
            continue;
        taken += squeezed(column);
        if (taken > room)
            break;
        shown << column;
    }
    return shown;
}

int ColumnFit::whole(const Column &column) const
{
    return isText(column) ? std::clamp(contentOf(column), squeezed(column), usual(column)) : squeezed(column);
}

bool ColumnFit::isFirm(const Column &column, const QVector<Column> &offered) const
{
    const auto place = std::ranges::find(offered, column.section, &Column::section) - offered.begin();
    return place < m_essential || isForced(column);
}

/// Pixels by section.
QHash<int, int> ColumnFit::widthsOf(const QVector<Column> &shown, int room) const
{
    QHash<int, int> widths;
    for (const Column &column : shown)
        widths[column.section] = squeezed(column);
    int spare = std::max(0, room - sumOf(shown, [&](const Column &c) { return widths[c.section]; }));
    const auto widen = [&](const Column &column, int wanted) {
        const int more = std::clamp(wanted - widths[column.section], 0, spare);
        widths[column.section] += more;
        spare -= more;
    };
    for (const Column &column : shown)
        if (isFirm(column, shown) && !isName(column)) // names have short forms, other texts have none
            widen(column, whole(column));
    // Texts first: figures are whole however narrow their column is. What there is too little of is shared
    // out.
    for (const bool texts : {true, false}) {
        QVector<Column> firm;
        std::ranges::copy_if(shown, std::back_inserter(firm),
                             [&](const Column &c) { return isFirm(c, shown) && isText(c) == texts; });
        const int missing = sumOf(firm, [this](const Column &c) { return usual(c) - squeezed(c); });
        const double part = missing > spare ? double(spare) / missing : 1.0;
        for (const Column &column : std::as_const(firm))
            widen(column, squeezed(column) + static_cast<int>(part * (usual(column) - squeezed(column))));
        if (part < 1.0)
            return widths;
    }
    for (const Column &column : shown)
        widen(column, usual(column));
    for (const Column &column : shown)
        if (column.squeezed > 0 && !m_dragged.contains(column.section))
            widen(column, contentOf(column));
    for (const Column &column : shown)
        if (column.fills)
            widen(column, room);
    return widths;
}

void ColumnFit::fit()
{
    const QScopedValueRollback fitting(m_fitting, true);
    const int room = m_view->viewport()->width();
    const QHash<int, int> widths = widthsOf(this->fitting(room), room);
    for (const Column &column : std::as_const(m_columns)) {
        const bool visible = widths.contains(column.section);
        if (m_header->isSectionHidden(column.section) == visible)
            m_header->setSectionHidden(column.section, !visible);
        if (visible && m_header->sectionSize(column.section) != widths[column.section])
            m_header->resizeSection(column.section, widths[column.section]);
    }
}

void ColumnFit::choose(int section, bool shown)
{
    m_choices[section] = shown ? Choice::Shown : Choice::Hidden;
    writeChoices();
    fit();
}

void ColumnFit::fillMenu(QMenu *menu)
{
    for (const Column &column : std::as_const(m_columns)) {
        const int section = column.section;
        QAction *action = menu->addAction(m_view->model()->headerData(section, Qt::Horizontal).toString());
        action->setCheckable(true);
        action->setChecked(!m_header->isSectionHidden(section));
        action->setEnabled(section != m_columns.first().section);
        connect(action, &QAction::toggled, this, [this, section](bool on) { choose(section, on); });
    }
    menu->addSeparator();
    QAction *automatic = menu->addAction(tr("Those that fit"), this, [this] {
        m_choices.clear();
        m_dragged.clear();
        writeChoices();
        fit();
    });
    automatic->setToolTip(tr("The most telling columns, as many as there is room for"));
    automatic->setEnabled(!m_choices.isEmpty() || !m_dragged.isEmpty());
}

bool ColumnFit::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::Resize && !m_fitting)
        fit();
    else if (event->type() == QEvent::FontChange)
        restart();
    return QObject::eventFilter(watched, event);
}

} // namespace lathe::ui
