#pragma once
#include <QAbstractItemModel>
#include <QPointer>
#include <memory>
#include <vector>

namespace lathe::ui {

class VariantModel;

/// Variants as they were made from each other, or one below the other in the order of the model. At the top
/// of the tree are the baseline and files from elsewhere; what was made from a variant that is not there any
/// more hangs below the baseline.
class VariantTree : public QAbstractItemModel {
    Q_OBJECT
public:
    explicit VariantTree(VariantModel *variants, QObject *parent = nullptr);
    ~VariantTree() override;

    void setFlat(bool flat);

    QModelIndex indexOf(int variant, int column = 0) const; ///< invalid for a row the model does not have
    int variantOf(const QModelIndex &index) const;          ///< its row in the model; -1 for an invalid index

    QModelIndex index(int row, int column, const QModelIndex &parent = {}) const override;
    QModelIndex parent(const QModelIndex &index) const override;
    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    bool setData(const QModelIndex &index, const QVariant &value, int role = Qt::EditRole) override;
    Qt::ItemFlags flags(const QModelIndex &index) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    struct Node {
        int variant = -1;
        Node *parent = nullptr;
        std::vector<Node *> children; ///< in the order of the model
    };
    void rebuild();
    void insert(int variant);
    void beginRemove(int variant);
    void endRemove();
    void change(int first, int last);
    void move(Node *node, Node *parent);
    Node *parentOf(int variant);
    const Node *nodeOf(const QModelIndex &index) const; ///< the root for an invalid index
    static int placeOf(const Node *node);               ///< among its siblings
    QModelIndex indexOf(const Node *node, int column = 0) const;

    QPointer<VariantModel> m_variants; ///< gone first when a window closes
    bool m_flat = false;
    Node m_root;
    std::vector<std::unique_ptr<Node>> m_nodes; ///< by row of the model
};

} // namespace lathe::ui
