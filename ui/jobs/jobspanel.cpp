#include "ui/jobs/jobspanel.h"

#include "ui/jobs/jobmodel.h"
#include "ui/style/theme.h"
#include "ui/widgets/panelparts.h"

#include <QHBoxLayout>
#include <QProgressBar>
#include <QToolButton>

namespace lathe::ui {
namespace {

constexpr int steps = 1000;

} // namespace

class JobsPanel::Row : public QWidget {
public:
    explicit Row(QWidget *parent)
        : QWidget(parent), m_title(new ElidedLabel(this)), m_left(makeMuted({}, this)),
          m_bar(new QProgressBar(this)), cancel(new QToolButton(this))
    {
        m_bar->setRange(0, steps);
        m_bar->setTextVisible(false);
        m_bar->setFixedHeight(6);
        cancel->setIcon(icon(QStringLiteral("cancel")));
        cancel->setAutoRaise(true);
        auto *texts = new QHBoxLayout;
        texts->addWidget(m_title, 1);
        texts->addWidget(m_left);
        auto *left = new QVBoxLayout;
        left->setSpacing(3);
        left->addLayout(texts);
        left->addWidget(m_bar);
        auto *row = new QHBoxLayout(this);
        row->setContentsMargins(0, 0, 0, 0);
        row->addLayout(left, 1);
        row->addWidget(cancel);
    }
    void show(const QModelIndex &job)
    {
        const QString title = job.data().toString();
        m_title->setFullText(title);
        m_left->setText(job.data(JobModel::LeftRole).toString());
        m_bar->setValue(static_cast<int>(job.data(JobModel::FractionRole).toDouble() * steps));
        m_bar->setAccessibleName(JobsPanel::tr("Progress: %1").arg(title));
        cancel->setToolTip(JobsPanel::tr("Stop: %1").arg(title));
        cancel->setAccessibleName(cancel->toolTip());
        setToolTip(job.data(JobModel::StageRole).toString());
    }

private:
    ElidedLabel *m_title;
    QLabel *m_left;
    QProgressBar *m_bar;

public:
    QToolButton *cancel;
};

JobsPanel::JobsPanel(JobModel *model, QWidget *parent)
    : QWidget(parent), m_model(model), m_column(new QVBoxLayout(this)),
      m_empty(makeEmptyState(tr("Nothing is running."), this))
{
    m_column->setContentsMargins(12, 8, 12, 8);
    m_column->setSpacing(10);
    m_column->addWidget(makeTitle(tr("JOBS"), this));
    m_column->addWidget(m_empty);
    m_column->addStretch(1);
    connect(model, &QAbstractItemModel::rowsInserted, this,
            [this](const QModelIndex &, int first, int last) { insertRows(first, last); });
    connect(model, &QAbstractItemModel::rowsRemoved, this,
            [this](const QModelIndex &, int first, int last) { removeRows(first, last); });
    connect(model, &QAbstractItemModel::dataChanged, this,
            [this](const QModelIndex &first) { refreshRow(first.row()); });
    if (model->rowCount() > 0)
        insertRows(0, model->rowCount() - 1);
}

void JobsPanel::insertRows(int first, int last)
{
    constexpr int above = 2; // title and empty state
    for (int i = first; i <= last; ++i) {
        auto *row = new Row(this);
        connect(row->cancel, &QToolButton::clicked, this,
                [this, row] { m_model->cancel(static_cast<int>(m_rows.indexOf(row))); });
        m_rows.insert(i, row);
        m_column->insertWidget(above + i, row);
        refreshRow(i);
    }
    m_empty->setVisible(m_rows.isEmpty());
}

void JobsPanel::removeRows(int first, int last)
{
    for (int i = last; i >= first; --i)
        m_rows.takeAt(i)->deleteLater();
    m_empty->setVisible(m_rows.isEmpty());
}

void JobsPanel::refreshRow(int row)
{
    m_rows[row]->show(m_model->index(row));
}

} // namespace lathe::ui
