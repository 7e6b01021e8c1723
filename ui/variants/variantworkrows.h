#pragma once
#include <QHash>
#include <QModelIndex>
#include <QObject>
#include <QPointer>

#include <functional>

class QTreeView;

namespace lathe::ui {

class VariantModel;
class VariantWorkRow;

/// Shows in the rows of files that are being added how far that is, in the place of figures.
class VariantWorkRows : public QObject {
    Q_OBJECT
public:
    /// @param indexOf where a variant stands in the view
    VariantWorkRows(QTreeView *view, std::function<QModelIndex(int variant)> indexOf);
    void setModel(VariantModel *model);
    /// The view shows its rows in another way: also done by itself when its model says so.
    void refresh();

signals:
    void cancelled(const QString &id);
    void retried(const QString &id);

private:
    void refreshRow(int variant);
    void fitHeight(const QString &id);

    QTreeView *m_view;
    std::function<QModelIndex(int)> m_indexOf;
    VariantModel *m_model = nullptr;
    QHash<QString, QPointer<VariantWorkRow>> m_rows; ///< by id
};

} // namespace lathe::ui
