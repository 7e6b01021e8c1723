#pragma once
#include <QWidget>

class QLineEdit;
class QListWidget;
class QTextBrowser;

namespace lathe::ui {

/// The help pages with their contents and a search. There is one, made when it is first asked for.
class HelpWindow : public QWidget {
    Q_OBJECT
public:
    /// @param parent it closes with it
    static HelpWindow *show(const QString &page, QWidget *parent);
    /// From now on F1 opens the page of what has the focus, in dialogs as well.
    static void bindKey(QWidget *window);

    QString page() const;
    void open(const QString &page);

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    explicit HelpWindow(QWidget *parent);
    void refreshList();
    void markPage();

    QLineEdit *m_search;
    QListWidget *m_list;
    QTextBrowser *m_text;
};

} // namespace lathe::ui
