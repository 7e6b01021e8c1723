#pragma once
#include "ui/variants/variantwork.h"

#include <QWidget>

class QLabel;
class QProgressBar;
class QToolButton;

namespace lathe::ui {

class ElidedLabel;

/// One file that is being added: what is done with it, beside its name, and how far that is; or why it cannot
/// be had.
class VariantWorkRow : public QWidget {
    Q_OBJECT
public:
    explicit VariantWorkRow(QWidget *parent = nullptr);
    void setWork(const QString &name, const VariantWork &work);
    QSize sizeHint() const override; ///< an error is shown whole, in as many lines as it needs

signals:
    void cancelled(); ///< or taken away after an error
    void retried();
    void heightChanged(); ///< what sizeHint() says of it

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    QWidget *m_name; ///< room for it
    ElidedLabel *m_stage;
    QLabel *m_error;
    QProgressBar *m_bar;
    QToolButton *m_retry, *m_cancel;
};

} // namespace lathe::ui
