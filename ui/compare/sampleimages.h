#pragma once
#include "core/data/dataset.h"
#include "ui/jobs/jobrunner.h"

#include <QCache>
#include <QHash>
#include <QImage>
#include <QPixmap>

namespace lathe::ui {

/// Images of a data set, read in the background when they are asked for. Small ones are kept, large ones for
/// a while.
class SampleImages : public QObject {
    Q_OBJECT
public:
    static constexpr int thumbnail = 56; ///< logical pixels of the longer edge

    explicit SampleImages(QObject *parent = nullptr);
    void setDataset(std::shared_ptr<const Dataset> dataset);
    bool holdsImages() const { return m_dataset && m_dataset->holdsImages(); }

    /// @param index in the data set. @returns null, and ready() follows, when it is not there yet; an image
    /// that cannot be read stays null.
    QPixmap small(size_t index);
    QImage large(size_t index);

signals:
    void ready(size_t index);

private:
    struct Read {
        size_t index = 0;
        QImage small, large; ///< null: it cannot be read
    };
    void want(size_t index);
    void next();
    void take(const Read &read);

    std::shared_ptr<const Dataset> m_dataset;
    QHash<size_t, QPixmap> m_small; ///< null: it cannot be read
    QCache<size_t, QImage> m_large{12};
    std::vector<size_t> m_wanted; ///< the latest last
    JobRunner m_runner;
};

/// As large as the room allows; small pictures keep their pixels.
QImage scaledInto(const QImage &image, QSize room);

} // namespace lathe::ui
