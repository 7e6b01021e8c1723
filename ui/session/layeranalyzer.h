#pragma once
// Statistics of layers, computed in the background: the wanted layer first, its neighbours after it.
#include "core/analysis/weightstats.h"
#include "core/model/model.h"
#include "ui/jobs/jobrunner.h"

#include <QMap>
#include <optional>

namespace lathe::ui {

class LayerAnalyzer : public QObject {
    Q_OBJECT
public:
    explicit LayerAnalyzer(QObject *parent = nullptr);

    void setModel(const Model &model);
    /// The layer being looked at; its statistics come next.
    void want(int layer);
    /// Null while it is being computed, and when the layer has no readable weight.
    std::shared_ptr<const LayerAnalysis> analysis(int layer) const { return m_done.value(layer).analysis; }
    /// Why there is no analysis; empty when there is, or will be.
    QString failure(int layer) const { return m_done.value(layer).failure; }
    bool isDone(int layer) const { return m_done.contains(layer); }

signals:
    void ready(int layer);

private:
    struct Entry {
        std::shared_ptr<const LayerAnalysis> analysis;
        QString failure;
    };
    using Result = std::shared_ptr<const LayerAnalysis>;

    void startNext();
    void start(int layer);
    void finish(int layer, const Outcome<Result> &outcome);
    std::optional<int> nextToPrefetch();

    std::optional<Model> m_model;
    QMap<int, Entry> m_done;
    int m_wanted = -1;
    int m_current = -1;
    int m_reach = 1; ///< nearer layers to the wanted one are done
    JobRunner m_runner;
};

} // namespace lathe::ui
