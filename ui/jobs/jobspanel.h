#pragma once
#include <QWidget>

class QLabel;
class QVBoxLayout;

namespace lathe::ui {

class JobModel;

/// What runs, how far it is and how long it will take; each can be stopped.
class JobsPanel : public QWidget {
    Q_OBJECT
public:
    explicit JobsPanel(JobModel *model, QWidget *parent = nullptr);

private:
    class Row;
    void insertRows(int first, int last);
    void removeRows(int first, int last);
    void refreshRow(int row);

    JobModel *m_model;
    QVBoxLayout *m_column;
    QLabel *m_empty;
    QVector<Row *> m_rows;
};

} // namespace lathe::ui
