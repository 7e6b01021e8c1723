#include "ui/variants/varianttree.h"

#include "ui/variants/variantmodel.h"

#include <algorithm>

namespace lathe::ui {

VariantTree::VariantTree(VariantModel *variants, QObject *parent)
    : QAbstractItemModel(parent), m_variants(variants)
{
    connect(variants, &QAbstractItemModel::modelAboutToBeReset, this, [this] { beginResetModel(); });
    connect(variants, &QAbstractItemModel::modelReset, this, [this] {
        rebuild();
        endResetModel();
    });
    connect(variants, &QAbstractItemModel::rowsInserted, this,
            [this](const QModelIndex &, int first, int last) {
                for (int row = first; row <= last; ++row)
                    insert(row);
            });
    connect(variants, &QAbstractItemModel::rowsAboutToBeRemoved, this,
            [this](const QModelIndex &, int first) { beginRemove(first); });
    connect(variants, &QAbstractItemModel::rowsRemoved, this, &VariantTree::endRemove);
    connect(variants, &QAbstractItemModel::dataChanged, this,
            [this](const QModelIndex &top, const QModelIndex &bottom) { change(top.row(), bottom.row()); });
    rebuild();
}

VariantTree::~VariantTree() = default;

void VariantTree::setFlat(bool flat)
{
    if (flat == m_flat)
        return;
    beginResetModel();
    m_flat = flat;
    rebuild();
    endResetModel();
}

void VariantTree::rebuild()
{
    m_root.children.clear();
    m_nodes.clear();
    for (int row = 0; row < m_variants->rowCount(); ++row) {
        Node *parent = parentOf(row);
        m_nodes.push_back(std::make_unique<Node>(Node{row, parent, {}}));
        parent->children.push_back(m_nodes.back().get());
    }
}

/// Only one that stands before it in the model, so that no circle is possible whatever a file says.
VariantTree::Node *VariantTree::parentOf(int variant)
{
    const int parent = m_flat || variant == 0 ? -1 : m_variants->parentOf(variant);
    return parent < 0 ? &m_root : m_nodes[static_cast<size_t>(parent < variant ? parent : 0)].get();
}

void VariantTree::insert(int variant)
{
    Node *parent = parentOf(variant);
    const auto place = static_cast<int>(parent->children.size());
    beginInsertRows(indexOf(parent), place, place);
    m_nodes.push_back(std::make_unique<Node>(Node{variant, parent, {}}));
    parent->children.push_back(m_nodes.back().get());
    endInsertRows();
    change(0, variant); // the scales of the figures may be others
}

void VariantTree::beginRemove(int variant)
{
    const Node *node = m_nodes[static_cast<size_t>(variant)].get();
    const int place = placeOf(node);
    beginRemoveRows(indexOf(node->parent), place, place);
    node->parent->children.erase(node->parent->children.begin() + place);
    m_nodes.erase(m_nodes.begin() + variant);
}

void VariantTree::endRemove()
{
    for (size_t row = 0; row < m_nodes.size(); ++row)
        m_nodes[row]->variant = static_cast<int>(row);
    endRemoveRows();
    change(0, static_cast<int>(m_nodes.size()) - 1);
}

void VariantTree::change(int first, int last)
{
    for (int row = first; row <= last; ++row) {
        Node *node = m_nodes[static_cast<size_t>(row)].get();
        if (Node *parent = parentOf(row); parent != node->parent)
            move(node, parent);
    }
    for (const auto &node :
         m_nodes) { // the others too: their scales, and the names of what they were made from
        const bool changed = node->variant >= first && node->variant <= last;
        emit dataChanged(indexOf(node.get(), changed ? 0 : int(VariantModel::Top1)),
                         indexOf(node.get(), VariantModel::ColumnCount - 1));
    }
}

void VariantTree::move(Node *node, Node *parent)
{
    const int from = placeOf(node);
    const auto to = std::ranges::upper_bound(parent->children, node->variant, {}, &Node::variant);
    const auto place = static_cast<int>(to - parent->children.begin());
    beginMoveRows(indexOf(node->parent), from, from, indexOf(parent), place);
    node->parent->children.erase(node->parent->children.begin() + from);
    parent->children.insert(parent->children.begin() + place, node);
    node->parent = parent;
    endMoveRows();
}

int VariantTree::placeOf(const Node *node)
{
    const auto &siblings = node->parent->children;
    return static_cast<int>(std::ranges::find(siblings, node) - siblings.begin());
}

QModelIndex VariantTree::indexOf(const Node *node, int column) const
{
    return node == &m_root ? QModelIndex() : createIndex(placeOf(node), column, node);
}

QModelIndex VariantTree::indexOf(int variant, int column) const
{
    return variant < 0 || variant >= static_cast<int>(m_nodes.size())
               ? QModelIndex()
               : indexOf(m_nodes[static_cast<size_t>(variant)].get(), column);
}

const VariantTree::Node *VariantTree::nodeOf(const QModelIndex &index) const
{
    return index.isValid() ? static_cast<const Node *>(index.constInternalPointer()) : &m_root;
}

int VariantTree::variantOf(const QModelIndex &index) const
{
    return nodeOf(index)->variant;
}

QModelIndex VariantTree::index(int row, int column, const QModelIndex &parent) const
{
    return hasIndex(row, column, parent)
               ? createIndex(row, column, nodeOf(parent)->children[static_cast<size_t>(row)])
               : QModelIndex();
}

QModelIndex VariantTree::parent(const QModelIndex &index) const
{
    return index.isValid() ? indexOf(nodeOf(index)->parent) : QModelIndex();
}

int VariantTree::rowCount(const QModelIndex &parent) const
{
    return parent.column() > 0 ? 0 : static_cast<int>(nodeOf(parent)->children.size());
}

int VariantTree::columnCount(const QModelIndex &) const
{
    return VariantModel::ColumnCount;
}

QVariant VariantTree::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || !m_variants)
        return {};
    return m_variants->index(variantOf(index), index.column()).data(role);
}

bool VariantTree::setData(const QModelIndex &index, const QVariant &value, int role)
{
    return index.isValid() && m_variants &&
           m_variants->setData(m_variants->index(variantOf(index), index.column()), value, role);
}

Qt::ItemFlags VariantTree::flags(const QModelIndex &index) const
{
    if (!index.isValid() || !m_variants)
        return Qt::NoItemFlags;
    return m_variants->index(variantOf(index), index.column()).flags() & ~Qt::ItemNeverHasChildren;
}

QVariant VariantTree::headerData(int section, Qt::Orientation orientation, int role) const
{
    return m_variants ? m_variants->headerData(section, orientation, role) : QVariant();
}

} // namespace lathe::ui
