#pragma once
// Statistics of layers, computed in the background: the wanted layer first, its neighbours after it.
#include "core/analysis/weightstats.h"
#include "core/model/model.h"
#include "ui/jobs/jobrunner.h"

#include <QMap>
#include <QVector>
#include <optional>

namespace lathe::ui {

class LayerAnalyzer : public QObject {
    Q_OBJECT
public:
    explicit LayerAnalyzer(QObject *parent = nullptr);

    void setModel(const Model &model);
    /// Layers that have another weight in the model as the recipe rewrites it (normalizations folded in):
    /// theirs is looked at there. What a layer's weight becomes so does not depend on the others.
    void setRewritten(const Model &rewritten, const std::vector<bool> &layers);
    bool isRewritten(int layer) const;
    /// The layers being looked at; their statistics come next, in this order.
    void want(const QVector<int> &layers);
    /// Null while it is being computed, and when the layer has no readable weight.
    std::shared_ptr<const LayerAnalysis> analysis(int layer) const
    {
        return m_done.value(keyOf(layer)).analysis;
    }
    /// Why there is no analysis; empty when there is, or will be.
    QString failure(int layer) const { return m_done.value(keyOf(layer)).failure; }
    bool isDone(int layer) const { return m_done.contains(keyOf(layer)); }

signals:
    void ready(int layer);

private:
    struct Entry {
        std::shared_ptr<const LayerAnalysis> analysis;
        QString failure;
    };
    using Result = std::shared_ptr<const LayerAnalysis>;
    using Key = std::pair<int, bool>; ///< layer, and whether rewritten

    Key keyOf(int layer) const { return {layer, isRewritten(layer)}; }
    void hurry();
    void startNext();
    void start(int layer);
    void finish(Key key, const Outcome<Result> &outcome);
    std::optional<int> nextWanted() const;
    std::optional<int> nextToPrefetch();

    std::optional<Model> m_model;
    std::optional<Model> m_rewritten;
    std::vector<bool> m_isRewritten; ///< by layer; empty: none
    QMap<Key, Entry> m_done;
    QVector<int> m_wanted;
    std::optional<Key> m_current;
    int m_reach = 1; ///< nearer layers to the first wanted one are done
    JobRunner m_runner;
};

} // namespace lathe::ui
