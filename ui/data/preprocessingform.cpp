#include "ui/data/preprocessingform.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QRegularExpression>
#include <QSpinBox>
#include <QStackedWidget>
#include <QToolTip>
#include <cmath>

namespace lathe::ui {
namespace {

constexpr int largestSide = 1 << 14, usualSide = 224, usualEdge = 256;

QWidget *inRow(const QList<QWidget *> &widgets)
{
    auto *box = new QWidget;
    auto *row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    for (QWidget *widget : widgets)
        row->addWidget(widget);
    row->addStretch();
    return box;
}

QLineEdit *numberField(const QString &name, const QString &accessible, const QString &tip)
{
    auto *field = new QLineEdit;
    field->setObjectName(name);
    field->setAccessibleName(accessible);
    field->setToolTip(tip);
    return field;
}

std::optional<double> numberOf(const QString &text)
{
    const QStringList parts = text.split(QLatin1Char('/'));
    bool ok = false, other = true;
    const double over = parts[0].trimmed().toDouble(&ok);
    const double under = parts.size() > 1 ? parts[1].trimmed().toDouble(&other) : 1.0;
    const double value = over / under;
    if (!ok || !other || parts.size() > 2 || !std::isfinite(value))
        return {};
    return value;
}

} // namespace

std::vector<double> numbersOf(const QString &text)
{
    static const QRegularExpression between(QStringLiteral("[,;\\s]+"));
    std::vector<double> numbers;
    for (const QString &part : text.split(between, Qt::SkipEmptyParts)) {
        const std::optional<double> number = numberOf(part);
        if (!number)
            return {};
        numbers.push_back(*number);
    }
    return numbers;
}

QString numbersText(const std::vector<double> &numbers)
{
    QStringList parts;
    for (const double number : numbers) {
        const double whole = std::round(1.0 / number);
        const bool isPart = number > 0.0 && number < 0.1 && whole > 1.0 && 1.0 / whole == number;
        parts << (isPart ? QStringLiteral("1/%1").arg(whole, 0, 'f', 0)
                         : QString::number(number, 'g', QLocale::FloatingPointShortest));
    }
    return parts.join(QStringLiteral(", "));
}

PreprocessingForm::PreprocessingForm(QWidget *parent) : QWidget(parent)
{
    auto *form = new QFormLayout(this);
    form->setContentsMargins(0, 8, 0, 0);
    form->setVerticalSpacing(8);
    form->setRowWrapPolicy(QFormLayout::DontWrapRows);
    addResize(form);
    addCrop(form);
    addValues(form);
    addOrder(form);
    fillFields();
}

QSpinBox *PreprocessingForm::pixels(const QString &name, const QString &accessible, int least)
{
    auto *spin = new QSpinBox(this);
    spin->setObjectName(name);
    spin->setAccessibleName(accessible);
    spin->setToolTip(accessible);
    spin->setRange(least, largestSide);
    return spin;
}

void PreprocessingForm::addResize(QFormLayout *form)
{
    m_mode = new QComboBox(this);
    m_mode->setObjectName(QStringLiteral("resizeMode"));
    m_mode->addItems({tr("not at all"), tr("shorter side to"), tr("longer side to"), tr("to exactly")});
    m_mode->setToolTip(tr("What an image is resized to before anything is cut off."));
    m_edge = pixels(QStringLiteral("resizeEdge"), tr("Shorter side in pixels"), 1);
    m_bound = pixels(QStringLiteral("resizeBound"), tr("Longer side at most, in pixels; 0: any"), 0);
    m_bound->setSpecialValueText(tr("any"));
    m_longer = pixels(QStringLiteral("resizeLonger"), tr("Longer side in pixels"), 1);
    m_width = pixels(QStringLiteral("resizeWidth"), tr("Width in pixels"), 1);
    m_height = pixels(QStringLiteral("resizeHeight"), tr("Height in pixels"), 1);
    m_size = new QStackedWidget(this);
    m_size->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    m_size->addWidget(new QWidget);
    m_size->addWidget(inRow({m_edge, new QLabel(tr("longer one at most")), m_bound}));
    m_size->addWidget(inRow({m_longer}));
    m_size->addWidget(inRow({m_width, new QLabel(QStringLiteral("×")), m_height}));
    form->addRow(tr("&Resize"), m_mode);
    form->addRow(QString(), m_size);
    connect(m_mode, &QComboBox::activated, this, [this] { take([this] { takeResize(); }); });
    for (QSpinBox *spin : {m_edge, m_bound, m_longer, m_width, m_height})
        connect(spin, &QSpinBox::valueChanged, this, [this] { take([this] { takeResize(); }); });

    m_filter = new QComboBox(this);
    m_filter->setObjectName(QStringLiteral("resizeFilter"));
    const std::pair<Resample, QString> filters[] = {
        {Resample::Bilinear, tr("bilinear")}, {Resample::Bicubic, tr("bicubic")},
        {Resample::Lanczos, tr("Lanczos")},   {Resample::Nearest, tr("nearest pixel")},
        {Resample::Box, tr("box")},           {Resample::Hamming, tr("Hamming")}};
    for (const auto &[filter, name] : filters)
        m_filter->addItem(name, static_cast<int>(filter));
    m_filter->setToolTip(
        tr("How Pillow, and with it torchvision and Hugging Face, would resize: the filter that "
           "the model was trained with."));
    form->addRow(tr("&Filter"), m_filter);
    connect(m_filter, &QComboBox::activated, this, [this] {
        take([this] { m_value.resample = static_cast<Resample>(m_filter->currentData().toInt()); });
    });
}

void PreprocessingForm::addCrop(QFormLayout *form)
{
    m_crop = new QCheckBox(tr("the &centre"), this);
    m_crop->setObjectName(QStringLiteral("crop"));
    m_crop->setToolTip(tr("Cuts off what is outside; a smaller image gets a black frame."));
    m_cropWidth = pixels(QStringLiteral("cropWidth"), tr("Width of what is cut out"), 1);
    m_cropHeight = pixels(QStringLiteral("cropHeight"), tr("Height of what is cut out"), 1);
    form->addRow(tr("Cut out"), inRow({m_crop, m_cropWidth, new QLabel(QStringLiteral("×")), m_cropHeight}));
    const auto takeCrop = [this] {
        take([this] {
            m_value.doCenterCrop = m_crop->isChecked();
            m_value.cropWidth = m_cropWidth->value();
            m_value.cropHeight = m_cropHeight->value();
        });
    };
    connect(m_crop, &QCheckBox::toggled, this, takeCrop);
    connect(m_cropWidth, &QSpinBox::valueChanged, this, takeCrop);
    connect(m_cropHeight, &QSpinBox::valueChanged, this, takeCrop);
}

void PreprocessingForm::addValues(QFormLayout *form)
{
    m_rescale = new QCheckBox(tr("&multiply by"), this);
    m_rescale->setObjectName(QStringLiteral("rescale"));
    m_factor = numberField(QStringLiteral("rescaleFactor"), tr("Factor of the pixels' values"),
                           tr("A number or a fraction: 1/255 makes 0..1 of 0..255."));
    m_offset = new QCheckBox(tr("then − 1"), this);
    m_offset->setObjectName(QStringLiteral("rescaleOffset"));
    form->addRow(tr("Values"), inRow({m_rescale, m_factor, m_offset}));
    m_normalize = new QCheckBox(tr("take off the mean, divide by the &deviation"), this);
    m_normalize->setObjectName(QStringLiteral("normalize"));
    form->addRow(QString(), m_normalize);
    const QString tip = tr("One number, or one for each channel in the order of the channels.");
    m_mean = numberField(QStringLiteral("mean"), tr("Mean"), tip);
    m_deviation = numberField(QStringLiteral("deviation"), tr("Deviation"), tip);
    form->addRow(tr("Mea&n"), m_mean);
    form->addRow(tr("De&viation"), m_deviation);

    connect(m_rescale, &QCheckBox::toggled, this,
            [this](bool on) { take([this, on] { m_value.doRescale = on; }); });
    connect(m_offset, &QCheckBox::toggled, this,
            [this](bool on) { take([this, on] { m_value.rescaleOffset = on; }); });
    connect(m_normalize, &QCheckBox::toggled, this, [this](bool on) {
        take([this, on] {
            m_value.doNormalize = on;
            if (m_value.mean.empty())
                m_value.mean = {0.5};
            if (m_value.deviation.empty())
                m_value.deviation = {0.5};
            fillFields();
        });
    });
    connect(m_factor, &QLineEdit::textEdited, this, [this](const QString &text) {
        const std::vector<double> numbers = numbersOf(text);
        take([&] {
            if (numbers.size() == 1)
                m_value.rescaleFactor = numbers.front();
        });
    });
    connect(m_mean, &QLineEdit::textEdited, this, [this] { takeNumbers(m_mean, &m_value.mean); });
    connect(m_deviation, &QLineEdit::textEdited, this,
            [this] { takeNumbers(m_deviation, &m_value.deviation); });
}

void PreprocessingForm::addOrder(QFormLayout *form)
{
    m_channels = new QComboBox(this);
    m_channels->setObjectName(QStringLiteral("channelOrder"));
    m_channels->addItems({tr("red, green, blue"), tr("blue, green, red"), tr("grey")});
    m_layout = new QComboBox(this);
    m_layout->setObjectName(QStringLiteral("layout"));
    m_layout->addItems({tr("one channel after the other (NCHW)"), tr("channels side by side (NHWC)")});
    form->addRow(tr("C&hannels"), m_channels);
    form->addRow(tr("&Layout"), m_layout);
    m_padWidth =
        pixels(QStringLiteral("padWidth"), tr("Width with zeros to the right; 0: none are added"), 0);
    m_padHeight = pixels(QStringLiteral("padHeight"), tr("Height with zeros below; 0: none are added"), 0);
    m_padWidth->setSpecialValueText(tr("none"));
    m_padHeight->setSpecialValueText(tr("none"));
    form->addRow(tr("Fill u&p to"), inRow({m_padWidth, new QLabel(QStringLiteral("×")), m_padHeight}));
    connect(m_channels, &QComboBox::activated, this, [this](int index) {
        take([this, index] { m_value.channels = static_cast<Preprocessing::Channels>(index); });
    });
    connect(m_layout, &QComboBox::activated, this, [this](int index) {
        take([this, index] { m_value.layout = static_cast<Preprocessing::Layout>(index); });
    });
    connect(m_padWidth, &QSpinBox::valueChanged, this,
            [this](int value) { take([this, value] { m_value.padWidth = value; }); });
    connect(m_padHeight, &QSpinBox::valueChanged, this,
            [this](int value) { take([this, value] { m_value.padHeight = value; }); });
}

void PreprocessingForm::setPreprocessing(const Preprocessing &preprocessing)
{
    m_value = preprocessing;
    fillFields();
}

PreprocessingForm::Resize PreprocessingForm::mode() const
{
    if (!m_value.doResize)
        return AsItIs;
    if (m_value.shortestEdge > 0)
        return ShorterSide;
    return m_value.longestEdge > 0 ? LongerSide : Exactly;
}

void PreprocessingForm::fillFields()
{
    m_showing = true;
    const auto set = [](QSpinBox *spin, int value, int otherwise) {
        if (value > 0 || spin->minimum() == 0)
            spin->setValue(value);
        else if (spin->value() <= 1)
            spin->setValue(otherwise); // offered when it is switched on
    };
    m_mode->setCurrentIndex(mode());
    set(m_edge, m_value.shortestEdge, usualEdge);
    set(m_bound, m_value.shortestEdge > 0 ? m_value.longestEdge : 0, 0);
    set(m_longer, m_value.shortestEdge > 0 ? 0 : m_value.longestEdge, usualEdge);
    set(m_width, m_value.resizeWidth, usualSide);
    set(m_height, m_value.resizeHeight, usualSide);
    m_filter->setCurrentIndex(m_filter->findData(static_cast<int>(m_value.resample)));
    m_crop->setChecked(m_value.doCenterCrop);
    set(m_cropWidth, m_value.cropWidth, usualSide);
    set(m_cropHeight, m_value.cropHeight, usualSide);
    m_rescale->setChecked(m_value.doRescale);
    m_offset->setChecked(m_value.rescaleOffset);
    m_normalize->setChecked(m_value.doNormalize);
    m_channels->setCurrentIndex(static_cast<int>(m_value.channels));
    m_layout->setCurrentIndex(static_cast<int>(m_value.layout));
    set(m_padWidth, m_value.padWidth, 0);
    set(m_padHeight, m_value.padHeight, 0);
    m_factor->setText(numbersText({m_value.rescaleFactor}));
    m_mean->setText(numbersText(m_value.mean));
    m_deviation->setText(numbersText(m_value.deviation));
    m_showing = false;
    enableFields();
}

void PreprocessingForm::enableFields()
{
    m_size->setCurrentIndex(m_mode->currentIndex());
    m_filter->setEnabled(m_value.doResize);
    m_cropWidth->setEnabled(m_value.doCenterCrop);
    m_cropHeight->setEnabled(m_value.doCenterCrop);
    m_factor->setEnabled(m_value.doRescale);
    m_offset->setEnabled(m_value.doRescale);
    m_mean->setEnabled(m_value.doNormalize);
    m_deviation->setEnabled(m_value.doNormalize);
}

void PreprocessingForm::takeResize()
{
    const int mode = m_mode->currentIndex();
    m_value.doResize = mode != AsItIs;
    m_value.shortestEdge = mode == ShorterSide ? m_edge->value() : 0;
    m_value.longestEdge = mode == ShorterSide ? m_bound->value() : mode == LongerSide ? m_longer->value() : 0;
    m_value.resizeWidth = mode == Exactly ? m_width->value() : 0;
    m_value.resizeHeight = mode == Exactly ? m_height->value() : 0;
}

void PreprocessingForm::takeNumbers(QLineEdit *field, std::vector<double> *into)
{
    take([&] {
        if (std::vector<double> numbers = numbersOf(field->text()); !numbers.empty())
            *into = std::move(numbers);
    });
}

void PreprocessingForm::take(const std::function<void()> &change)
{
    if (m_showing)
        return;
    change();
    enableFields();
    emit edited();
}

QString PreprocessingForm::problem() const
{
    const size_t channels = m_value.channels == Preprocessing::Channels::Gray ? 1 : 3;
    if (m_value.doRescale && numbersOf(m_factor->text()).size() != 1)
        return tr("The factor is no number.");
    for (const auto &[field, name] : {std::pair(m_mean, tr("Mean")), std::pair(m_deviation, tr("Deviation"))})
        if (const size_t count = numbersOf(field->text()).size();
            m_value.doNormalize && count != 1 && count != channels)
            return channels == 1 ? tr("%1 takes one number.").arg(name)
                                 : tr("%1 takes one number, or three: one for each channel.").arg(name);
    return {};
}

} // namespace lathe::ui
