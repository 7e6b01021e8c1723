#include "ui/data/samplepreview.h"

#include "core/data/samples.h"
#include "ui/base/format.h"
#include "ui/base/imagepicture.h"
#include "ui/base/messages.h"
#include "ui/data/datasetprobe.h"
#include "ui/style/theme.h"
#include "ui/widgets/panelparts.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QToolButton>
#include <QVBoxLayout>
#include <cmath>

namespace lathe::ui {
namespace {

constexpr int side = 208; // pixels of a picture

QLabel *pictureLabel(const QString &name, const QString &accessible, QWidget *parent)
{
    auto *label = new QLabel(parent);
    label->setObjectName(name);
    label->setAccessibleName(accessible);
    label->setFixedSize(side, side);
    label->setAlignment(Qt::AlignCenter);
    label->setWordWrap(true);
    return label;
}

QString valueText(double value)
{
    return number(value, std::abs(value) < 10.0 ? 3 : 1);
}

QToolButton *stepButton(const QString &text, const QString &name, const QString &tip, QWidget *parent)
{
    auto *button = new QToolButton(parent);
    button->setObjectName(name);
    button->setText(text);
    button->setToolTip(tip);
    button->setAccessibleName(tip);
    button->setAutoRepeat(true);
    return button;
}

} // namespace

SamplePreview::SamplePreview(const Model &model, std::shared_ptr<const Dataset> dataset, QWidget *parent)
    : QWidget(parent), m_model(std::make_shared<const Model>(model)), m_dataset(std::move(dataset))
{
    m_beforePicture = pictureLabel(QStringLiteral("sampleBefore"), tr("The image as it is stored"), this);
    m_afterPicture = pictureLabel(QStringLiteral("sampleAfter"), tr("The image as the model sees it"), this);
    m_beforeText = makeMuted({}, this);
    m_afterText = makeMuted({}, this);
    m_afterText->setObjectName(QStringLiteral("sampleValues"));
    m_afterText->setToolTip(
        tr("The smallest value that a pixel can become is black, the largest white; the first "
           "channel is red."));
    for (QLabel *text : {m_beforeText, m_afterText}) {
        text->setWordWrap(true);
        text->setAlignment(Qt::AlignTop | Qt::AlignLeft);
        text->setFixedWidth(side);
        text->setMinimumHeight(fontMetrics().lineSpacing() * 3);
    }
    auto *grid = new QGridLayout;
    grid->setSpacing(8);
    grid->setHorizontalSpacing(16);
    grid->addWidget(makeTitle(tr("AS STORED"), this), 0, 0);
    grid->addWidget(makeTitle(tr("AS THE MODEL SEES IT"), this), 0, 1);
    grid->addWidget(m_beforePicture, 1, 0);
    grid->addWidget(m_afterPicture, 1, 1);
    grid->addWidget(m_beforeText, 2, 0);
    grid->addWidget(m_afterText, 2, 1);

    m_previous = stepButton(QStringLiteral("‹"), QStringLiteral("previousSample"), tr("Sample before"), this);
    m_next = stepButton(QStringLiteral("›"), QStringLiteral("nextSample"), tr("Next sample"), this);
    m_name = new ElidedLabel(this); // classes have long names
    m_name->setObjectName(QStringLiteral("sampleName"));
    connect(m_previous, &QToolButton::clicked, this, [this] { step(-1); });
    connect(m_next, &QToolButton::clicked, this, [this] { step(1); });
    auto *steps = new QHBoxLayout;
    steps->addWidget(m_previous);
    steps->addWidget(m_next);
    steps->addWidget(m_name, 1);

    m_problem = new QLabel(this);
    m_problem->setObjectName(QStringLiteral("sampleProblem"));
    m_problem->setWordWrap(true);
    m_problem->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    m_problem->setMinimumHeight(fontMetrics().lineSpacing() * 4); // its text must not move the rest
    QPalette palette = m_problem->palette();
    palette.setColor(QPalette::WindowText, colors().loss);
    m_problem->setPalette(palette);

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    column->addLayout(grid);
    column->addLayout(steps);
    column->addWidget(m_problem);
    column->addStretch();
    if (!hasImages()) {
        m_previous->setEnabled(false);
        m_next->setEnabled(false);
        m_beforePicture->setText(tr("Choose a folder of images first to see one of them here."));
    }
    m_runner.setRepeatable(true);
}

QString SamplePreview::problem() const
{
    return m_problem->text();
}

void SamplePreview::setPreprocessing(const Preprocessing &preprocessing)
{
    m_preprocessing = preprocessing;
    work();
}

void SamplePreview::step(int by)
{
    if (!hasImages())
        return;
    const auto count = static_cast<qint64>(m_dataset->size());
    m_sample = static_cast<size_t>((static_cast<qint64>(m_sample) + by % count + count) % count);
    work();
}

void SamplePreview::work()
{
    if (!hasImages())
        return;
    m_runner.start(
        [model = m_model, dataset = m_dataset, sample = m_sample,
         preprocessing = m_preprocessing](const JobContext &ctx) {
            Made made;
            made.image = dataset->image(sample, ctx);
            const auto attempt = [&](const auto &work) {
                try {
                    work();
                } catch (const Error &error) {
                    made.problem = messageText(error.message());
                }
            };
            attempt([&] { made.fed = fedImage(made.image, preprocessing); });
            if (made.fed)
                attempt([&] { (void)SampleSet::prepare(*model, *dataset, preprocessing, 1, ctx); });
            return made;
        },
        [this](const Outcome<Made> &outcome) {
            if (const auto *made = std::get_if<Made>(&outcome))
                showMade(*made);
            else if (const auto *error = std::get_if<Error>(&outcome))
                showMade({{}, {}, messageText(error->message())});
        });
}

void SamplePreview::showMade(const Made &made)
{
    m_name->setFullText(tr("%1 · %2 of %3")
                            .arg(sampleLabel(*m_dataset, m_sample),
                                 QLocale().toString(qulonglong(m_sample + 1)),
                                 QLocale().toString(qulonglong(m_dataset->size()))));
    const bool brighter = isDark(made.image); // both, or neither
    m_before = made.image.pixels.empty() ? QImage() : toQImage(made.image, brighter);
    m_after = made.fed ? toQImage(made.fed->picture, brighter && isDark(made.fed->picture)) : QImage();
    m_beforePicture->setPixmap(m_before.isNull() ? QPixmap() : onSquare(m_before, side));
    m_afterPicture->setPixmap(m_after.isNull() ? QPixmap() : onSquare(m_after, side));
    const QString size = tr("%1 × %2 pixels").arg(m_before.width()).arg(m_before.height());
    m_beforeText->setText(m_before.isNull() ? QString()
                          : brighter        ? tr("%1, shown brighter").arg(size)
                                            : size);
    m_afterText->setText(
        made.fed ? tr("%1 × %2, values %3 to %4, on average %5")
                       .arg(m_after.width())
                       .arg(m_after.height())
                       .arg(valueText(made.fed->least), valueText(made.fed->most), valueText(made.fed->mean))
                 : QString());
    m_problem->setText(made.problem);
    emit shown();
}

} // namespace lathe::ui
