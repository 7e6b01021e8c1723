#include "ui/window/preferencesdialog.h"

#include "ui/base/translation.h"
#include "ui/widgets/panelparts.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>
#include <thread>

namespace lathe::ui {
namespace {

QFormLayout *addForm(QVBoxLayout *column, const QString &title, QWidget *parent)
{
    column->addWidget(makeTitle(title, parent));
    auto *form = new QFormLayout;
    form->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
    form->setHorizontalSpacing(16);
    form->setVerticalSpacing(8);
    form->setContentsMargins(0, 0, 0, 8);
    column->addLayout(form);
    return form;
}

} // namespace

PreferencesDialog::PreferencesDialog(const Preferences &start, QWidget *parent)
    : QDialog(parent), m_scheme(new QComboBox(this)), m_language(new QComboBox(this))
{
    setWindowTitle(tr("Preferences"));
    setObjectName(QStringLiteral("preferencesDialog"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 16, 16, 16);
    column->setSpacing(8);

    QFormLayout *look = addForm(column, tr("LOOK"), this);
    m_scheme->addItems({tr("As the system"), tr("Light"), tr("Dark")});
    m_scheme->setCurrentIndex(static_cast<int>(start.scheme));
    m_scheme->setAccessibleName(tr("Colours"));
    look->addRow(tr("&Colours"), m_scheme);
    m_language->addItem(tr("As the system"), QString());
    for (const QString &language : languages())
        m_language->addItem(nameOfLanguage(language), language);
    m_language->setCurrentIndex(m_language->findData(start.language));
    m_language->setAccessibleName(tr("Language"));
    m_language->setToolTip(tr("Takes effect when Lathe is started again."));
    look->addRow(tr("&Language"), m_language);

    QFormLayout *work = addForm(column, tr("WORK"), this);
    m_threads = addNumber(work, tr("&Threads of one job"), 0, Preferences::mostThreads, start.threads, {},
                          tr("Fewer leave room for other programs. Takes effect with the next job."));
    const auto cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
    m_threads->setSpecialValueText(tr("one for each core (%1)").arg(cores));
    m_cacheMemory =
        addNumber(work, tr("&Preview, memory"), Preferences::leastMemory, Preferences::mostMemory,
                  start.cacheMemory, tr(" MB"),
                  tr("For all that makes the next move cheap: two thirds for what the preview keeps of each "
                     "sample, so that a move of one layer need not run the layers before it, one third for "
                     "layers that were compressed. Takes effect with the next data set."));
    m_calibrationMemory = addNumber(
        work, tr("Calibration, &memory"), Preferences::leastMemory, Preferences::mostMemory,
        start.calibrationMemory, tr(" MB"),
        tr("Sums of layers that are gathered at once. More: fewer passes over the samples. Takes effect "
           "with the next data set."));
    m_calibrationDisk =
        addNumber(work, tr("Calibration, kept on &disk"), 0, Preferences::mostMemory, start.calibrationDisk,
                  tr(" MB"), tr("Statistics kept between runs, so that they need not be gathered again."));
    m_calibrationDisk->setSpecialValueText(tr("none"));

    auto *buttons = new QDialogButtonBox(
        QDialogButtonBox::Ok | QDialogButtonBox::Cancel | QDialogButtonBox::RestoreDefaults, this);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(buttons->button(QDialogButtonBox::RestoreDefaults), &QPushButton::clicked, this, [this] {
        const Preferences first;
        m_scheme->setCurrentIndex(static_cast<int>(first.scheme));
        m_language->setCurrentIndex(m_language->findData(first.language));
        m_threads->setValue(first.threads);
        m_cacheMemory->setValue(first.cacheMemory);
        m_calibrationMemory->setValue(first.calibrationMemory);
        m_calibrationDisk->setValue(first.calibrationDisk);
    });
    column->addStretch();
    column->addWidget(buttons);
}

QSpinBox *PreferencesDialog::addNumber(QFormLayout *form, const QString &label, int low, int high, int value,
                                       const QString &suffix, const QString &tip)
{
    auto *box = new QSpinBox(this);
    box->setRange(low, high);
    box->setValue(value);
    box->setSuffix(suffix);
    box->setToolTip(tip);
    box->setAccessibleName(QString(label).remove(QLatin1Char('&')));
    box->setAccessibleDescription(tip);
    ignoreWheelWithoutFocus(box);
    form->addRow(label, box);
    return box;
}

Preferences PreferencesDialog::preferences() const
{
    Preferences p;
    p.scheme = static_cast<Scheme>(m_scheme->currentIndex());
    p.threads = m_threads->value();
    p.cacheMemory = m_cacheMemory->value();
    p.calibrationMemory = m_calibrationMemory->value();
    p.calibrationDisk = m_calibrationDisk->value();
    p.language = m_language->currentData().toString();
    return p;
}

} // namespace lathe::ui
