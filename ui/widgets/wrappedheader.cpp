#include "ui/widgets/wrappedheader.h"

#include "ui/widgets/widestwords.h"

#include <QPainter>
#include <QTableView>
#include <QTextLayout>
#include <QTextOption>

#include <algorithm>
#include <cmath>

namespace lathe::ui {
namespace {

constexpr int margin = 6, slack = 2; // pixels beside the text; what rounding may take
constexpr int longestWord = 18;      // letters that are kept together

QTextOption breaking(Qt::Alignment alignment)
{
    QTextOption option(alignment);
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    return option;
}

} // namespace

WrappedHeader::WrappedHeader(QWidget *parent) : QHeaderView(Qt::Horizontal, parent)
{
    setSectionsClickable(false);
    connect(this, &QHeaderView::sectionResized, this, [this] { updateGeometry(); });
}

WrappedHeader *WrappedHeader::install(QTableView *table)
{
    const QHeaderView *before = table->horizontalHeader();
    auto *header = new WrappedHeader(table);
    header->setFont(before->font());
    header->setHighlightSections(false);
    header->setSectionsMovable(before->sectionsMovable());
    header->setMinimumSectionSize(before->minimumSectionSize());
    header->setResizeContentsPrecision(before->resizeContentsPrecision());
    table->setHorizontalHeader(header);
    header->show();
    return header;
}

QString WrappedHeader::textOf(int section) const
{
    return model() ? model()->headerData(section, Qt::Horizontal).toString() : QString();
}

int WrappedHeader::leastWidth(int section) const
{
    int width = 0;
    for (const QString &word : wordsOf(textOf(section)))
        width = std::max(width, fontMetrics().horizontalAdvance(word.left(longestWord)));
    return width + 2 * margin + slack;
}

int WrappedHeader::wantedWidth(int section) const
{
    return fontMetrics().horizontalAdvance(textOf(section)) + 2 * margin + slack;
}

int WrappedHeader::heightFor(int section) const
{
    QTextLayout layout(textOf(section), font(), this);
    layout.setTextOption(breaking(Qt::AlignLeft));
    const double width = std::max(1, sectionSize(section) - 2 * margin);
    double height = 0.0;
    layout.beginLayout();
    for (QTextLine line = layout.createLine(); line.isValid(); line = layout.createLine()) {
        line.setLineWidth(width);
        height += line.height();
    }
    layout.endLayout();
    return static_cast<int>(std::ceil(height)) + 2 * margin;
}

QSize WrappedHeader::sizeHint() const
{
    QSize size = QHeaderView::sizeHint();
    size.setHeight(0);
    for (int section = 0; section < count(); ++section)
        if (!isSectionHidden(section))
            size.setHeight(std::max(size.height(), heightFor(section)));
    return size;
}

void WrappedHeader::paintSection(QPainter *painter, const QRect &rect, int section) const
{
    QStyleOptionHeader option;
    initStyleOption(&option);
    option.rect = rect;
    option.section = section;
    painter->save();
    style()->drawControl(QStyle::CE_HeaderSection, &option, painter, this);
    painter->setFont(font());
    painter->setPen(palette().color(QPalette::ButtonText));
    const QVariant aligned = model()->headerData(section, Qt::Horizontal, Qt::TextAlignmentRole);
    const auto alignment = aligned.isValid() ? Qt::Alignment(aligned.toInt()) : Qt::AlignLeft;
    painter->drawText(QRectF(rect).adjusted(margin, 0, -margin, 0), textOf(section),
                      breaking((alignment & Qt::AlignHorizontal_Mask) | Qt::AlignVCenter));
    painter->restore();
}

} // namespace lathe::ui
