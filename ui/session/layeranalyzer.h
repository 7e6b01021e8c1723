#pragma once
// Statistics of layers, computed in the background: the wanted layer first, its neighbours after it.
#include "core/analysis/weightstats.h"
#include "core/model/model.h"
#include "ui/jobs/jobrunner.h"
#include "ui/session/rewrittenweights.h"

#include <QMap>
#include <QVector>
#include <optional>

namespace lathe::ui {

class LayerAnalyzer : public QObject {
    Q_OBJECT
public:
    explicit LayerAnalyzer(QObject *parent = nullptr);

    void setModel(const Model &model);
    /// Layers that have another weight in the model as the recipe rewrites it (normalizations folded in,
    /// channels gone): theirs is looked at there.
    void setRewritten(const Model &rewritten, const std::vector<RewrittenWeight> &layers);
    RewrittenWeight rewritten(int layer) const;
    /// The layers being looked at; their statistics come next, in this order.
    void want(const QVector<int> &layers);
    /// Null while it is being computed, and when the layer has no readable weight. While channels come and go
    /// that of the width before stands in.
    std::shared_ptr<const LayerAnalysis> analysis(int layer) const;
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
    using Key = std::pair<int, RewrittenWeight>; ///< layer, and what it was rewritten to

    Key keyOf(int layer) const { return {layer, rewritten(layer)}; }
    void forgetWidths();
    void hurry();
    void startNext();
    void start(int layer);
    void finish(Key key, const Outcome<Result> &outcome);
    std::optional<int> nextWanted() const;
    std::optional<int> nextToPrefetch();

    std::optional<Model> m_model;
    std::optional<Model> m_rewritten;
    std::vector<RewrittenWeight> m_rewrittenTo; ///< by layer; empty: none
    QMap<Key, Entry> m_done;
    QVector<int> m_wanted;
    std::optional<Key> m_current;
    int m_reach = 1; ///< nearer layers to the first wanted one are done
    JobRunner m_runner;
};

} // namespace lathe::ui
