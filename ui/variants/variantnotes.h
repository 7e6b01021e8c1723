#pragma once
#include <QWidget>

class QLabel;
class QPlainTextEdit;

namespace lathe::ui {

class ElidedLabel;
struct Variant;

/// What a person wrote about one variant, and where it comes from.
class VariantNotes : public QWidget {
    Q_OBJECT
public:
    explicit VariantNotes(QWidget *parent = nullptr);

    /// @param variant null: none, or several @param parent its name; empty: it has none
    void setVariant(const Variant *variant, const QString &parent, bool editable);
    QSize sizeHint() const override;

signals:
    void noteEdited(const QString &note);

private:
    ElidedLabel *m_name;
    QLabel *m_origin;
    QPlainTextEdit *m_text;
};

} // namespace lathe::ui
