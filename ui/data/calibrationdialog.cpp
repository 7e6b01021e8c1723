#include "ui/data/calibrationdialog.h"

#include "ui/widgets/panelparts.h"

#include <QDialogButtonBox>
#include <QDir>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QVBoxLayout>

namespace lathe::ui {
namespace {

/// An explanation under a radio button, in line with its text.
QWidget *indented(QLayout *content, QWidget *parent)
{
    auto *box = new QWidget(parent);
    content->setContentsMargins(24, 0, 0, 0);
    box->setLayout(content);
    return box;
}

} // namespace

CalibrationDialog::CalibrationDialog(const LoadedData &data, QWidget *parent)
    : QDialog(parent), m_half(new QRadioButton(tr("One &half of the data set"), this)),
      m_other(new QRadioButton(tr("&Other data"), this)), m_folder(new QLineEdit(this)),
      m_browse(new QPushButton(tr("&Browse…"), this))
{
    setWindowTitle(tr("Calibration data"));
    setObjectName(QStringLiteral("calibrationDialog"));
    auto *what =
        new QLabel(tr("Some methods (Wanda, OBS, GPTQ, factors and clusters fitted to data, bias correction, "
                      "renormalize) look at what goes through a layer. "
                      "They need samples, without labels, that accuracy is not measured on."),
                   this);
    what->setWordWrap(true);
    QLabel *half =
        makeMuted(tr("Up to %1 samples of one half, which holds as many of each class as the other. "
                     "Recipes that use them are measured on the other half only.")
                      .arg(calibrationLimit),
                  this);
    QLabel *other =
        makeMuted(tr("Up to %1 samples of another folder, or of a part of one (FOLDER:train). All of the "
                     "data set is measured on.")
                      .arg(calibrationLimit),
                  this);
    half->setWordWrap(true);
    other->setWordWrap(true);
    m_half->setEnabled(data.samples->size() > 1);
    m_folder->setObjectName(QStringLiteral("calibrationFolder"));
    m_folder->setAccessibleName(tr("Folder of calibration data"));
    m_folder->setPlaceholderText(tr("FOLDER or FOLDER:PART"));

    auto *halfText = new QVBoxLayout;
    halfText->addWidget(half);
    auto *row = new QHBoxLayout;
    row->addWidget(m_folder, 1);
    row->addWidget(m_browse);
    auto *otherText = new QVBoxLayout;
    otherText->setSpacing(8);
    otherText->addWidget(other);
    otherText->addLayout(row);

    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    m_use = buttons->addButton(tr("&Use"), QDialogButtonBox::AcceptRole);
    m_use->setDefault(true);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_browse, &QPushButton::clicked, this, &CalibrationDialog::browse);
    connect(m_half, &QRadioButton::toggled, this, &CalibrationDialog::refresh);
    connect(m_folder, &QLineEdit::textChanged, this, &CalibrationDialog::refresh);

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 16, 16, 16);
    column->setSpacing(8);
    column->addWidget(what);
    column->addSpacing(8);
    column->addWidget(m_half);
    column->addWidget(indented(halfText, this));
    column->addWidget(m_other);
    column->addWidget(indented(otherText, this));
    column->addStretch();
    column->addWidget(buttons);
    resize(520, sizeHint().height());
    setReference(data.choice.calibration);
}

QString CalibrationDialog::reference() const
{
    return m_other->isChecked() ? QDir::fromNativeSeparators(m_folder->text().trimmed()) : QString();
}

void CalibrationDialog::setReference(const QString &reference)
{
    m_folder->setText(QDir::toNativeSeparators(reference));
    (reference.isEmpty() && m_half->isEnabled() ? m_half : m_other)->setChecked(true);
    refresh();
}

void CalibrationDialog::browse()
{
    const QString folder =
        QFileDialog::getExistingDirectory(this, tr("Folder of calibration data"), m_folder->text());
    if (!folder.isEmpty())
        m_folder->setText(QDir::toNativeSeparators(folder));
}

void CalibrationDialog::refresh()
{
    const bool other = m_other->isChecked();
    m_folder->setEnabled(other);
    m_browse->setEnabled(other);
    m_use->setEnabled(!other || !m_folder->text().trimmed().isEmpty());
}

} // namespace lathe::ui
