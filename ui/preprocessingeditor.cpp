#include "ui/preprocessingeditor.h"

#include <QDialogButtonBox>
#include <QFontDatabase>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace lathe::ui {

PreprocessingEditor::PreprocessingEditor(const Preprocessing &start, QWidget *parent)
    : QDialog(parent), m_preprocessing(start), m_text(new QPlainTextEdit(this)), m_problem(new QLabel(this))
{
    setWindowTitle(tr("Preprocessing"));
    m_text->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_text->setPlainText(QString::fromStdString(toJson(start)));
    m_problem->setWordWrap(true);
    m_problem->setMinimumHeight(fontMetrics().height() * 2); // the text must not move the buttons

    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    m_ok = buttons->button(QDialogButtonBox::Ok);
    m_ok->setText(tr("Use"));
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_text, &QPlainTextEdit::textChanged, this, &PreprocessingEditor::check);

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 16, 16, 16);
    column->setSpacing(8);
    column->addWidget(m_text, 1);
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
    m_problem->setText(error ? QString::fromUtf8(error->what()) : QString());
    if (!error)
        m_preprocessing = std::get<Preprocessing>(outcome);
}

} // namespace lathe::ui
