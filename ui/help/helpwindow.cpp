#include "ui/help/helpwindow.h"

#include "ui/help/helppages.h"
#include "ui/style/theme.h"

#include <QApplication>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QPointer>
#include <QSplitter>
#include <QTextBrowser>
#include <QVBoxLayout>

namespace lathe::ui {
namespace {

/// Sees the key in every window of the program, also beside a modal one.
class HelpKey : public QObject {
public:
    explicit HelpKey(QWidget *window) : QObject(window), m_window(window) { qApp->installEventFilter(this); }

    bool eventFilter(QObject *, QEvent *event) override
    {
        if (event->type() != QEvent::KeyPress)
            return false;
        const auto *key = static_cast<QKeyEvent *>(event);
        if (key->key() != Qt::Key_F1 || key->modifiers() != Qt::NoModifier)
            return false;
        QWidget *top = QApplication::activeWindow();
        HelpWindow::show(helpPageFor(QApplication::focusWidget() ? QApplication::focusWidget() : top),
                         top && top->isModal() ? top : m_window);
        return true;
    }

private:
    QWidget *m_window;
};

} // namespace

HelpWindow::HelpWindow(QWidget *parent)
    : QWidget(parent, Qt::Window), m_search(new QLineEdit(this)), m_list(new QListWidget(this)),
      m_text(new QTextBrowser(this))
{
    setWindowTitle(tr("Lathe help"));
    setAttribute(Qt::WA_DeleteOnClose);
    m_search->setPlaceholderText(tr("Search"));
    m_search->setClearButtonEnabled(true);
    m_search->setAccessibleName(tr("Search the help pages"));
    m_list->setAccessibleName(tr("Help pages"));
    m_list->setFrameShape(QFrame::NoFrame);
    m_text->setFrameShape(QFrame::NoFrame);
    m_text->setOpenExternalLinks(true);
    m_text->document()->setDocumentMargin(16);

    auto *left = new QWidget(this);
    auto *column = new QVBoxLayout(left);
    column->setContentsMargins(8, 8, 8, 8);
    column->setSpacing(8);
    column->addWidget(m_search);
    column->addWidget(m_list, 1);
    auto *splitter = new QSplitter(this);
    splitter->addWidget(left);
    splitter->addWidget(m_text);
    splitter->setStretchFactor(1, 1);
    splitter->setSizes({260, 540});
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(splitter);
    resize(800, 600);

    connect(m_search, &QLineEdit::textChanged, this, &HelpWindow::refreshList);
    connect(m_list, &QListWidget::currentItemChanged, this, [this](const QListWidgetItem *item) {
        if (item && item->data(Qt::UserRole).toString() != page())
            open(item->data(Qt::UserRole).toString());
    });
    // Not sourceChanged: source() is still the old one then.
    connect(m_text, &QTextBrowser::historyChanged, this, &HelpWindow::markPage);
    connect(ThemeNotifier::instance(), &ThemeNotifier::changed, m_text, &QTextBrowser::reload);
    refreshList();
}

HelpWindow *HelpWindow::show(const QString &page, QWidget *parent)
{
    static QPointer<HelpWindow> window;
    if (window && window->parentWidget() != parent)
        delete window.data(); // a modal dialog lets only its own windows be used
    if (!window)
        window = new HelpWindow(parent);
    window->open(page);
    window->QWidget::show();
    window->raise();
    window->activateWindow();
    return window;
}

void HelpWindow::bindKey(QWidget *window)
{
    new HelpKey(window);
}

QString HelpWindow::page() const
{
    return m_text->source().fileName().section(QLatin1Char('.'), 0, 0);
}

void HelpWindow::open(const QString &page)
{
    m_text->setSource(QUrl(helpUrl(page)));
}

void HelpWindow::refreshList()
{
    const QSignalBlocker quiet(m_list);
    m_list->clear();
    for (const HelpPage &found : searchHelp(m_search->text()))
        (new QListWidgetItem(found.title, m_list))->setData(Qt::UserRole, found.id);
    markPage();
}

void HelpWindow::markPage()
{
    const QSignalBlocker quiet(m_list);
    m_list->setCurrentRow(-1);
    for (int row = 0; row < m_list->count(); ++row)
        if (m_list->item(row)->data(Qt::UserRole).toString() == page())
            m_list->setCurrentRow(row);
}

void HelpWindow::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape)
        close();
    else
        QWidget::keyPressEvent(event);
}

} // namespace lathe::ui
