#pragma once
#include "core/analysis/channelboxes.h"
#include "core/analysis/weightstats.h"
#include "core/compress/compressor.h"
#include "ui/jobs/jobrunner.h"
#include "ui/session/rewrittenweights.h"

#include <QMap>
#include <QTimer>
#include <QVector>

#include <optional>

namespace lathe::ui {

/// What the weights of several layers look like together, before and after compression: worked out layer by
/// layer in the background, each of them once.
class SelectionStats : public QObject {
    Q_OBJECT
public:
    /// More than a picture has pixels: layers of small weights take a part of the range only.
    static constexpr int bins = 1024;
    /// Of one layer.
    struct Shape {
        std::vector<uint32_t> counts;          ///< in the bins that all of them share
        std::optional<ChannelBox> box = {};    ///< of all its weights; only where details are wanted
        std::optional<Sparsity> sparsity = {}; ///< the same
    };
    struct LayerShapes {
        int layer = -1;
        Shape before;
        std::optional<Shape> after; ///< empty: nothing is encoded
    };

    explicit SelectionStats(QObject *parent = nullptr);

    void setModel(const Model &model);
    /// Fewer than two: nothing is to be known.
    void setLayers(const QVector<int> &layers);
    /// What the recipe makes of them. @param rewritten layers whose weight is another one in its source
    void setCompressed(const CompressedModel &compressed, const std::vector<RewrittenWeight> &rewritten);
    void setDetailed(bool on); ///< boxes and sparsity take a while: only while they are looked at

    bool isRunning() const { return m_runner.isRunning(); }
    int total() const { return int(m_layers.size()); }
    int failed() const; ///< of them: their weights cannot be read
    /// Those that are known so far, in the order of the selection.
    QVector<LayerShapes> shapes() const;
    Histogram original() const;   ///< of all that are known so far
    Histogram compressed() const; ///< of the same; no counts: nothing is encoded
    /// Shares of all of them together, of those with details; empty: none has any.
    std::optional<Sparsity> sparsity(bool after) const;
    bool anyKernels() const; ///< some layer has kernels of more than one weight

signals:
    void changed(); ///< more is known, or of other layers

private:
    /// Layer, and what its weight was rewritten to.
    using Key = std::pair<int, RewrittenWeight>;
    struct Known {
        bool failed = false;
        std::optional<std::pair<double, double>> range; ///< of its weights
        std::optional<Shape> before, after;
        std::shared_ptr<const Encoding> afterOf; ///< null: nothing is encoded
    };
    struct Task {
        Key key;
        Model model;
        std::shared_ptr<const Encoding> encoding; ///< null: only what it is before
        bool before = false;
    };
    struct Result {
        Key key;
        bool failed = false;
        std::optional<std::pair<double, double>> range = {};
        std::optional<Shape> before = {}, after = {};
        std::shared_ptr<const Encoding> afterOf = {};
    };
    using Results = std::vector<Result>;

    Key keyOf(int layer) const;
    const Known *knownOf(int layer) const; ///< null: nothing yet
    std::shared_ptr<const Encoding> encodingOf(int layer) const;
    void refresh();
    std::vector<Task> missingRanges() const;
    std::vector<Task> missingShapes() const;
    bool lacks(const std::optional<Shape> &shape) const;
    void fitRange();
    void run(std::vector<Task> tasks, const std::function<Result(const Task &, const JobContext &)> &work);
    void take(const Results &results);
    Histogram sum(bool after) const;

    std::optional<Model> m_model;
    QVector<int> m_layers;
    std::optional<CompressedModel> m_compressed;
    std::vector<RewrittenWeight> m_rewritten;
    bool m_detailed = false;
    QMap<Key, Known> m_known;
    double m_low = 0.0, m_high = 0.0; ///< of the bins
    bool m_again = false;             ///< there is more to do when the job is done
    QTimer m_due;                     ///< changed() for all that came together
    JobRunner m_runner;
};

} // namespace lathe::ui
