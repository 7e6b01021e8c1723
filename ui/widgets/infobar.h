#pragma once
#include <QFrame>

#include <functional>

class QLabel;
class QPushButton;

namespace lathe::ui {

/// One sentence across the top of the work area that needs no answer; with one thing to do about it, if any.
class InfoBar : public QFrame {
    Q_OBJECT
public:
    explicit InfoBar(QWidget *parent = nullptr);

    void showText(const QString &text, const QString &actionText = {}, std::function<void()> action = {});
    QString text() const;

private:
    QLabel *m_text;
    QPushButton *m_button;
    std::function<void()> m_action;
};

} // namespace lathe::ui
