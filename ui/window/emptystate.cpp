#include "ui/window/emptystate.h"

#include "ui/help/tour.h"
#include "ui/style/theme.h"
#include "ui/widgets/panelparts.h"

#include <QCoreApplication>
#include <QDir>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QShortcut>
#include <QToolButton>
#include <QVBoxLayout>

namespace lathe::ui {
namespace {

constexpr int mostProjects = 4; // of what was opened last
constexpr int mostRecent = 6;
constexpr int longestFolder = 320; // pixels

QString hintText()
{
    return EmptyState::tr("Drop a .onnx file here, or begin with one of these.");
}

QLabel *centred(const QString &text, const QFont &font, QWidget *parent)
{
    auto *label = new QLabel(text, parent);
    label->setAlignment(Qt::AlignCenter);
    label->setFont(font);
    return label;
}

} // namespace

EmptyState::EmptyState(QWidget *parent)
    : QWidget(parent), m_buttons(new QWidget(this)), m_recent(new QWidget(this))
{
    auto *row = new QHBoxLayout(m_buttons);
    row->setSpacing(8);
    row->addStretch();
    QPushButton *open =
        addButton(QStringLiteral("openModelButton"), QStringLiteral("open"), tr("&Open a model…"), {});
    QPushButton *sample =
        addButton(QStringLiteral("openSampleButton"), QStringLiteral("model"), tr("Open the s&ample"),
                  tr("A small network that reads handwritten digits, with its images"));
    QPushButton *tour = addButton(QStringLiteral("tourButton"), QStringLiteral("play"), tr("&Take the tour"),
                                  tr("On the sample: choose a layer, change it, see what it did, export"));
    row->addStretch();
    open->setDefault(true);
    sample->setVisible(!samplePath().isEmpty());
    tour->setVisible(!samplePath().isEmpty() && !Tour::wasSeen()); // later the Help menu has it
    connect(open, &QPushButton::clicked, this, &EmptyState::openRequested);
    connect(sample, &QPushButton::clicked, this, &EmptyState::sampleRequested);
    connect(tour, &QPushButton::clicked, this, &EmptyState::tourRequested);

    m_hint = centred(hintText(), font(), this);
    m_hint->setForegroundRole(QPalette::PlaceholderText);
    auto *recent = new QVBoxLayout(m_recent);
    recent->setSpacing(2);
    recent->setContentsMargins(0, 16, 0, 0);
    QLabel *title = makeTitle(tr("OPENED LAST"), m_recent);
    title->setAlignment(Qt::AlignCenter);
    recent->addWidget(title);
    recent->addSpacing(4);
    m_recent->hide();
    auto *column = new QVBoxLayout(this);
    column->setSpacing(16);
    column->addStretch(2);
    column->addWidget(
        centred(tr("Turn a neural network down to size"), scaledFont(1.8, QFont::DemiBold), this));
    column->addWidget(m_hint);
    column->addWidget(m_buttons);
    column->addWidget(m_recent, 0, Qt::AlignHCenter);
    column->addStretch(3);
}

QPushButton *EmptyState::addButton(const QString &name, const QString &iconName, const QString &text,
                                   const QString &tip)
{
    auto *button = new QPushButton(icon(iconName), text, m_buttons);
    button->setObjectName(name);
    button->setToolTip(tip);
    for (const Qt::Key key : {Qt::Key_Return, Qt::Key_Enter}) // as in a dialog
        connect(new QShortcut(key, button, nullptr, nullptr, Qt::WidgetShortcut), &QShortcut::activated,
                button, &QPushButton::click);
    m_buttons->layout()->addWidget(button);
    return button;
}

void EmptyState::setRecent(const QStringList &projects, const QStringList &models)
{
    int shown = 0;
    const auto add = [&](const QStringList &paths, const QString &iconName, int most) {
        for (const QString &path : paths)
            if (shown < most && path != samplePath() && QFileInfo::exists(path)) {
                addRecent(path, iconName);
                ++shown;
            }
    };
    add(projects, QStringLiteral("layers"), mostProjects);
    add(models, QStringLiteral("model"), mostRecent);
    m_recent->setVisible(shown > 0);
}

void EmptyState::addRecent(const QString &path, const QString &iconName)
{
    const QFileInfo file(path);
    const QString folder = QDir::toNativeSeparators(file.path());
    const QString shownFolder = fontMetrics().elidedText(folder, Qt::ElideMiddle, longestFolder);
    QString text = QStringLiteral("%1    %2").arg(file.fileName(), shownFolder);
    auto *button = new QToolButton(m_recent);
    button->setObjectName(QStringLiteral("recentButton"));
    button->setIcon(icon(iconName));
    button->setText(text.replace(QLatin1Char('&'), QLatin1String("&&")));
    button->setToolTip(QDir::toNativeSeparators(path));
    button->setAccessibleName(tr("Open %1 in %2").arg(file.fileName(), folder));
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    button->setAutoRaise(true);
    button->setFocusPolicy(Qt::StrongFocus);
    button->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(button, &QToolButton::clicked, this, [this, path] { emit pathRequested(path); });
    m_recent->layout()->addWidget(button);
}

void EmptyState::setOpening(bool opening)
{
    m_buttons->setEnabled(!opening);
    m_recent->setEnabled(!opening);
    m_hint->setText(opening ? tr("Opening…") : hintText());
}

QString samplePath()
{
    const QDir program(QCoreApplication::applicationDirPath());
    // build/PRESET/bin and build/PRESET/tests; an install prefix's bin
    for (const char *relative :
         {"../../../resources/sample/digits.onnx", "../share/lathe/sample/digits.onnx"}) {
        const QString path = QDir::cleanPath(program.filePath(QString::fromLatin1(relative)));
        if (QFileInfo::exists(path))
            return path;
    }
    return {};
}

} // namespace lathe::ui
