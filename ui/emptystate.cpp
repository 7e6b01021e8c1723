#include "ui/emptystate.h"

#include "ui/theme.h"

#include <QCoreApplication>
#include <QDir>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace lathe::ui {
namespace {

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

EmptyState::EmptyState(QWidget *parent) : QWidget(parent), m_buttons(new QWidget(this))
{
    auto *open = new QPushButton(icon(QStringLiteral("open")), tr("&Open a model…"), m_buttons);
    open->setObjectName(QStringLiteral("openModelButton"));
    open->setDefault(true);
    auto *sample = new QPushButton(icon(QStringLiteral("model")), tr("Open the s&ample"), m_buttons);
    sample->setObjectName(QStringLiteral("openSampleButton"));
    sample->setToolTip(tr("A small network that reads handwritten digits, with its images"));
    sample->setVisible(!samplePath().isEmpty());
    connect(open, &QPushButton::clicked, this, &EmptyState::openRequested);
    connect(sample, &QPushButton::clicked, this, &EmptyState::sampleRequested);

    auto *row = new QHBoxLayout(m_buttons);
    row->setSpacing(8);
    row->addStretch();
    row->addWidget(open);
    row->addWidget(sample);
    row->addStretch();

    m_hint = centred(hintText(), font(), this);
    m_hint->setForegroundRole(QPalette::PlaceholderText);
    auto *column = new QVBoxLayout(this);
    column->setSpacing(16);
    column->addStretch(2);
    column->addWidget(
        centred(tr("Turn a neural network down to size"), scaledFont(1.8, QFont::DemiBold), this));
    column->addWidget(m_hint);
    column->addWidget(m_buttons);
    column->addStretch(3);
}

void EmptyState::setOpening(bool opening)
{
    m_buttons->setEnabled(!opening);
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
