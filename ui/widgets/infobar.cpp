#include "ui/widgets/infobar.h"

#include "ui/style/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>

namespace lathe::ui {

InfoBar::InfoBar(QWidget *parent) : QFrame(parent), m_text(new QLabel(this)), m_button(new QPushButton(this))
{
    setObjectName(QStringLiteral("infoBar"));
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::ToolTipBase);
    setForegroundRole(QPalette::ToolTipText);

    auto *mark = new QLabel(this);
    mark->setObjectName(QStringLiteral("infoMark"));
    // A picture, unlike an icon, keeps the colours it was made in.
    const auto draw = [mark] { mark->setPixmap(icon(QStringLiteral("info")).pixmap(16)); };
    connect(ThemeNotifier::instance(), &ThemeNotifier::changed, mark, draw);
    draw();
    m_text->setForegroundRole(QPalette::ToolTipText);
    m_text->setWordWrap(true);
    auto *close = new QToolButton(this);
    close->setIcon(icon(QStringLiteral("cancel")));
    close->setAutoRaise(true);
    close->setToolTip(tr("Hide this line"));
    close->setAccessibleName(close->toolTip());

    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(12, 4, 4, 4);
    row->setSpacing(8);
    row->addWidget(mark);
    row->addWidget(m_text, 1);
    row->addWidget(m_button);
    row->addWidget(close);

    connect(close, &QToolButton::clicked, this, &QWidget::hide);
    connect(m_button, &QPushButton::clicked, this, [this] {
        hide();
        if (m_action)
            m_action();
    });
    hide();
}

void InfoBar::showText(const QString &text, const QString &actionText, std::function<void()> action)
{
    m_text->setText(text);
    m_button->setText(actionText);
    m_button->setVisible(!actionText.isEmpty());
    m_action = std::move(action);
    show();
}

QString InfoBar::text() const
{
    return m_text->text();
}

} // namespace lathe::ui
