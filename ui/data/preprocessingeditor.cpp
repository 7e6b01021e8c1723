#include "ui/data/preprocessingeditor.h"

#include "ui/base/messages.h"
#include "ui/data/preprocessingform.h"
#include "ui/data/samplepreview.h"
#include "ui/style/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QDialogButtonBox>
#include <QFontDatabase>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTabWidget>
#include <QVBoxLayout>

namespace lathe::ui {

PreprocessingEditor::PreprocessingEditor(const Preprocessing &start, const Model &model,
                                         std::shared_ptr<const Dataset> dataset, QWidget *parent)
    : QDialog(parent), m_preprocessing(start), m_form(new PreprocessingForm(this)),
      m_sample(new SamplePreview(model, std::move(dataset), this)), m_problem(new QLabel(this))
{
    setWindowTitle(tr("Preprocessing"));
    setObjectName(QStringLiteral("preprocessingEditor"));
    auto *tabs = new QTabWidget(this);
    tabs->setDocumentMode(true);
    tabs->addTab(m_form, tr("&Fields"));
    tabs->addTab(buildText(), tr("&Text"));
    auto *columns = new QHBoxLayout;
    columns->setSpacing(24);
    columns->addWidget(tabs, 1);
    columns->addWidget(m_sample);

    m_problem->setObjectName(QStringLiteral("preprocessingProblem"));
    m_problem->setWordWrap(true);
    m_problem->setMinimumHeight(fontMetrics().height() * 2); // the text must not move the buttons
    QPalette palette = m_problem->palette();
    palette.setColor(QPalette::WindowText, colors().loss);
    m_problem->setPalette(palette);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    m_ok = buttons->button(QDialogButtonBox::Ok);
    m_ok->setText(tr("Use"));
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto *bottom = new QHBoxLayout;
    bottom->setSpacing(16);
    bottom->addWidget(m_problem, 1);
    bottom->addWidget(buttons);

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 16, 16, 16);
    column->setSpacing(8);
    column->addLayout(columns, 1);
    column->addLayout(bottom);

    m_form->setPreprocessing(start);
    m_sample->setPreprocessing(start);
    connect(m_form, &PreprocessingForm::edited, this, &PreprocessingEditor::onFormEdited);
    connect(m_text, &QPlainTextEdit::textChanged, this, &PreprocessingEditor::onTextEdited);
}

QWidget *PreprocessingEditor::buildText()
{
    auto *page = new QWidget(this);
    m_text = new QPlainTextEdit(page);
    m_text->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_text->setPlainText(QString::fromStdString(toJson(m_preprocessing)));
    m_text->setTabChangesFocus(true);
    m_text->setAccessibleName(tr("Text of a preprocessor_config.json"));
    auto *copy = new QPushButton(icon(QStringLiteral("copy")), tr("&Copy"), page);
    copy->setToolTip(tr("Copies the text of a preprocessor_config.json"));
    connect(copy, &QPushButton::clicked, this,
            [this] { QApplication::clipboard()->setText(m_text->toPlainText()); });
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(0, 8, 0, 0);
    column->setSpacing(8);
    column->addWidget(m_text, 1);
    column->addWidget(copy, 0, Qt::AlignLeft);
    return page;
}

void PreprocessingEditor::onFormEdited()
{
    const QString json = QString::fromStdString(toJson(m_form->preprocessing()));
    const QSignalBlocker quiet(m_text);
    m_text->setPlainText(json);
    use(json, m_form->problem());
}

void PreprocessingEditor::onTextEdited()
{
    const QString json = m_text->toPlainText();
    use(json, {});
    if (m_ok->isEnabled())
        m_form->setPreprocessing(m_preprocessing);
    m_form->setEnabled(m_ok->isEnabled()); // a text that is no preprocessing has no fields
}

void PreprocessingEditor::use(const QString &json, const QString &problem)
{
    const std::string text = json.toStdString();
    const auto outcome = runGuarded([&] { return preprocessingFromJson(text, "This text"); });
    const auto *error = std::get_if<Error>(&outcome);
    const bool valid = !error && problem.isEmpty();
    m_ok->setEnabled(valid);
    m_problem->setText(!problem.isEmpty() ? problem : error ? messageText(error->message()) : QString());
    if (!valid)
        return;
    m_preprocessing = std::get<Preprocessing>(outcome);
    m_sample->setPreprocessing(m_preprocessing);
}

} // namespace lathe::ui
