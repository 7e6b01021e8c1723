#include "ui/compare/sampleview.h"

#include "ui/compare/answerbars.h"
#include "ui/compare/samplepicture.h"
#include "ui/style/theme.h"
#include "ui/widgets/panelparts.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QScrollArea>
#include <QToolButton>

namespace lathe::ui {
namespace {

constexpr size_t likeliest = 5;

QToolButton *makeButton(const QString &text, const QString &toolTip, QWidget *parent)
{
    auto *button = new QToolButton(parent);
    button->setText(text);
    button->setToolTip(toolTip);
    button->setAccessibleName(toolTip);
    button->setAutoRaise(true);
    button->setFocusPolicy(Qt::TabFocus);
    return button;
}

} // namespace

SampleView::SampleView(SampleModel *model, SampleImages *images, QWidget *parent)
    : QWidget(parent), m_model(model), m_images(images), m_title(new QLabel(this)), m_label(new QLabel(this)),
      m_previous(makeButton(QStringLiteral("←"), tr("The sample before this one (Left)"), this)),
      m_next(makeButton(QStringLiteral("→"), tr("The next sample (Right)"), this)),
      m_picture(new SamplePicture(this)), m_bars(new AnswerBars(this))
{
    setFocusPolicy(Qt::StrongFocus);
    QToolButton *back = makeButton(tr("Back to the list"), tr("Back to the list (Esc)"), this);
    back->setObjectName(QStringLiteral("backToList"));
    connect(back, &QToolButton::clicked, this, &SampleView::closeRequested);
    connect(m_previous, &QToolButton::clicked, this, [this] { step(-1); });
    connect(m_next, &QToolButton::clicked, this, [this] { step(1); });
    connect(images, &SampleImages::ready, this, [this](size_t index) {
        if (m_row >= 0 && m_model->datasetIndex(m_row) == index)
            m_picture->setImage(m_images->large(index));
    });
    m_title->setObjectName(QStringLiteral("sampleTitle"));
    m_title->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_label->setObjectName(QStringLiteral("sampleLabel"));
    m_label->setFont(scaledFont(1.15, QFont::DemiBold));
    m_label->setWordWrap(true);
    auto *bar = new QHBoxLayout;
    bar->addWidget(back);
    bar->addWidget(m_previous);
    bar->addWidget(m_next);
    bar->addWidget(m_title, 1);
    auto *scroll = new QScrollArea(this);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidget(m_bars);
    auto *right = new QVBoxLayout;
    right->addWidget(m_label);
    right->addSpacing(8);
    right->addWidget(scroll, 1);
    auto *body = new QHBoxLayout;
    body->setSpacing(16);
    body->addWidget(m_picture, 2);
    body->addLayout(right, 3);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addLayout(bar);
    column->addLayout(body, 1);
}

void SampleView::setRow(int row)
{
    m_row = row;
    refresh();
}

void SampleView::refresh()
{
    if (m_row < 0 || m_row >= m_model->rowCount())
        return;
    const ComparedSample &sample = m_model->at(m_row);
    const SharedComparison &comparison = m_model->comparison();
    m_title->setText(tr("%1  (%2 of %3)")
                         .arg(sample.name, QString::number(m_row + 1), QString::number(m_model->rowCount())));
    m_label->setText(sample.label < 0 ? tr("No true class is known.")
                                      : tr("True class: %1").arg(comparison->className(sample.label)));
    m_previous->setEnabled(m_row > 0);
    m_next->setEnabled(m_row + 1 < m_model->rowCount());
    m_picture->setVisible(m_images->holdsImages());
    m_picture->setImage(m_images->large(m_model->datasetIndex(m_row)));
    QVector<VariantAnswer> answers;
    for (size_t v = 0; v < comparison->studies.size(); ++v) {
        VariantAnswer answer{m_model->variants()[static_cast<qsizetype>(v)].name, {}};
        for (const ClassShare &entry :
             likeliestClasses(*comparison->studies[v], m_model->numberOf(m_row), likeliest, comparison->kind))
            answer.classes << NamedShare{comparison->className(entry.label), entry.share,
                                         entry.label == sample.label};
        answers << answer;
    }
    m_bars->setAnswers(answers);
    m_bars->setAccessibleName(text());
}

QString SampleView::text() const
{
    QStringList lines{m_title->text(), m_label->text()};
    for (const VariantAnswer &answer : m_bars->answers()) {
        QStringList classes;
        for (const NamedShare &entry : answer.classes)
            classes << QStringLiteral("%1 %2").arg(entry.name, probabilityText(entry.share));
        lines << QStringLiteral("%1: %2").arg(answer.variant, classes.join(QStringLiteral(", ")));
    }
    return lines.join(QLatin1Char('\n')) + QLatin1Char('\n');
}

void SampleView::step(int by)
{
    const int row = m_row + by;
    if (row < 0 || row >= m_model->rowCount())
        return;
    setRow(row);
    emit rowChanged(row);
}

void SampleView::copy()
{
    QGuiApplication::clipboard()->setText(text());
}

void SampleView::keyPressEvent(QKeyEvent *event)
{
    if (event->matches(QKeySequence::Copy))
        return copy();
    switch (event->key()) {
    case Qt::Key_Left:
    case Qt::Key_Up:
    case Qt::Key_PageUp:
        return step(-1);
    case Qt::Key_Right:
    case Qt::Key_Down:
    case Qt::Key_PageDown:
        return step(1);
    case Qt::Key_Escape:
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Backspace:
        emit closeRequested();
        return;
    default:
        QWidget::keyPressEvent(event);
    }
}

} // namespace lathe::ui
