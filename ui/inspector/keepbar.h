#pragma once
#include <QWidget>

class QLabel;
class QPushButton;

namespace lathe::ui {

class ElidedLabel;

/// Below the methods: whether the selected layers are kept as they are, and the button that changes it.
class KeepBar : public QWidget {
    Q_OBJECT
public:
    explicit KeepBar(QWidget *parent = nullptr);

    void setState(int kept, int total); ///< of the selected layers that can be compressed
    QPushButton *button() const { return m_button; }

signals:
    void requested(bool keep); ///< all of them

protected:
    void changeEvent(QEvent *event) override;

private:
    void paintSign();

    QLabel *m_sign;
    ElidedLabel *m_text;
    QPushButton *m_button;
    bool m_keeps = true; ///< what the button does
};

} // namespace lathe::ui
