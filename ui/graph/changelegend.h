#pragma once
#include "ui/graph/layerchange.h"

#include <QWidget>

namespace lathe::ui {

/// The marks of changed nodes with what they mean and how many layers have them.
class ChangeLegend : public QWidget {
    Q_OBJECT
public:
    explicit ChangeLegend(QWidget *parent = nullptr);
    void setChanges(const std::vector<LayerChange> &changes);
    QString text() const; ///< as it is read aloud: "weights replaced (4), split into several nodes (1)"
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    struct Entry {
        LayerChange change;
        QString text;
    };
    QVector<Entry> m_entries;
};

} // namespace lathe::ui
