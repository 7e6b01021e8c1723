#pragma once
#include <QVector>
#include <QWidget>

class QAction;
class QTableView;

namespace lathe::ui {

class VariantModel;

/// The variants table and what can be done with its rows. It asks; the owner of the model does.
class VariantsPanel : public QWidget {
    Q_OBJECT
public:
    explicit VariantsPanel(QWidget *parent = nullptr);

    void setModel(VariantModel *model);
    QVector<int> selectedVariants() const; ///< model rows, ascending

signals:
    void saveRequested();
    void applyRequested(int row);
    void compareRequested(int first, int second);
    void duplicateRequested(int row);
    void deleteRequested(const QVector<int> &rows); ///< never holds row 0

private:
    VariantModel *m_model = nullptr;
};

} // namespace lathe::ui
