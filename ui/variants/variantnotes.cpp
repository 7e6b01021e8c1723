#include "ui/variants/variantnotes.h"

#include "ui/style/theme.h"
#include "ui/variants/variantmodel.h"
#include "ui/widgets/panelparts.h"

#include <QDir>
#include <QPlainTextEdit>
#include <QSignalBlocker>
#include <QVBoxLayout>

namespace lathe::ui {
namespace {

QString originOf(const Variant &variant, const QString &parent)
{
    if (!variant.file)
        return parent.isEmpty() ? QString() : VariantNotes::tr("Made from %1.").arg(parent);
    const QString what =
        variant.file->stateText().isEmpty() ? variant.file->matchingText() : variant.file->stateText();
    QString text = VariantNotes::tr("%1, %2.").arg(variant.file->name(), what);
    if (!variant.file->stateText().isEmpty())
        text += VariantNotes::tr(" The figures are those that were measured.");
    return text;
}

} // namespace

VariantNotes::VariantNotes(QWidget *parent)
    : QWidget(parent), m_name(new ElidedLabel(this)), m_origin(makeMuted({}, this)),
      m_text(new QPlainTextEdit(this))
{
    m_name->setFont(scaledFont(1.0, QFont::DemiBold));
    m_origin->setWordWrap(true);
    m_origin->setObjectName(QStringLiteral("variantOrigin"));
    m_origin->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_text->setFrameShape(QFrame::NoFrame);
    m_text->setTabChangesFocus(true);
    m_text->setAcceptDrops(false); // a file that is dropped here is the panel's, not its path the notes'
    m_text->viewport()->setAcceptDrops(false);
    m_text->setAccessibleName(tr("Notes on the variant"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(8, 0, 0, 0);
    column->setSpacing(4);
    column->addWidget(m_name);
    column->addWidget(m_origin);
    column->addWidget(m_text, 1);
    connect(m_text, &QPlainTextEdit::textChanged, this, [this] { emit noteEdited(m_text->toPlainText()); });
    setVariant(nullptr, {}, false);
}

void VariantNotes::setVariant(const Variant *variant, const QString &parent, bool editable)
{
    m_name->setFullText(variant ? variant->name : QString());
    m_name->setVisible(variant);
    const QString origin = variant ? originOf(*variant, parent) : QString();
    m_origin->setText(origin);
    m_origin->setToolTip(variant && variant->file ? QDir::toNativeSeparators(variant->file->path)
                                                  : QString());
    m_origin->setVisible(!origin.isEmpty());
    m_text->setEnabled(editable);
    m_text->setPlaceholderText(editable ? tr("What is it for? What was tried?")
                               : variant
                                   ? tr("The baseline is the untouched model; notes belong to variants.")
                                   : tr("Select one variant to see and write its notes."));
    const QString note = variant ? variant->note : QString();
    if (m_text->toPlainText() == note)
        return; // the cursor stays where the user types
    const QSignalBlocker quiet(m_text);
    m_text->setPlainText(note);
}

QSize VariantNotes::sizeHint() const
{
    return {fontMetrics().averageCharWidth() * 32, fontMetrics().height() * 6};
}

} // namespace lathe::ui
