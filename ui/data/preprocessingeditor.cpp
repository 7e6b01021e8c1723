#include "ui/data/preprocessingeditor.h"

#include "ui/base/messages.h"
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFontDatabase>
#include <QFormLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace lathe::ui {

PreprocessingEditor::PreprocessingEditor(const Preprocessing &start, QWidget *parent)
    : QDialog(parent), m_preprocessing(start), m_filter(new QComboBox(this)),
      m_text(new QPlainTextEdit(this)), m_problem(new QLabel(this))
{
    setWindowTitle(tr("Preprocessing"));
    m_text->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_text->setPlainText(QString::fromStdString(toJson(start)));
    m_problem->setWordWrap(true);
    m_problem->setMinimumHeight(fontMetrics().height() * 2); // the text must not move the buttons

    const std::pair<Resample, QString> filters[] = {
        {Resample::Bilinear, tr("bilinear")}, {Resample::Bicubic, tr("bicubic")},
        {Resample::Lanczos, tr("Lanczos")},   {Resample::Nearest, tr("nearest pixel")},
        {Resample::Box, tr("box")},           {Resample::Hamming, tr("Hamming")}};
    for (const auto &[filter, name] : filters)
        m_filter->addItem(name, static_cast<int>(filter));
    m_filter->setToolTip(
        tr("How Pillow, and with it torchvision and Hugging Face, would resize: the filter that "
           "the model was trained with."));
    connect(m_filter, &QComboBox::activated, this, &PreprocessingEditor::useFilter);
    showFilter(true);

    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    m_ok = buttons->button(QDialogButtonBox::Ok);
    m_ok->setText(tr("Use"));
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_text, &QPlainTextEdit::textChanged, this, &PreprocessingEditor::check);

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 16, 16, 16);
    column->setSpacing(8);
    auto *form = new QFormLayout;
    form->addRow(tr("&Resize by"), m_filter);
    column->addWidget(m_text, 1);
    column->addLayout(form);
    column->addWidget(m_problem);
    column->addWidget(buttons);
    resize(460, 480);
}

void PreprocessingEditor::check()
{
    const std::string json = m_text->toPlainText().toStdString();
    const auto outcome = runGuarded([&] { return preprocessingFromJson(json, "This text"); });
    const auto *error = std::get_if<Error>(&outcome);
    m_ok->setEnabled(!error);
    m_problem->setText(error ? messageText(error->message()) : QString());
    if (!error)
        m_preprocessing = std::get<Preprocessing>(outcome);
    showFilter(!error);
}

void PreprocessingEditor::showFilter(bool valid)
{
    m_filter->setEnabled(valid && m_preprocessing.doResize);
    m_filter->setCurrentIndex(m_filter->findData(static_cast<int>(m_preprocessing.resample)));
}

void PreprocessingEditor::useFilter()
{
    m_preprocessing.resample = static_cast<Resample>(m_filter->currentData().toInt());
    m_text->setPlainText(QString::fromStdString(toJson(m_preprocessing)));
}

} // namespace lathe::ui
