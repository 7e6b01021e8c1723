#include "ui/compare/sampleimages.h"

#include "ui/base/imagepicture.h"

#include <QGuiApplication>

#include <algorithm>

namespace lathe::ui {
namespace {

constexpr size_t atOnce = 16; // read in one go; what is wanted meanwhile comes next

} // namespace

QImage scaledInto(const QImage &image, QSize room)
{
    if (image.isNull() || room.isEmpty())
        return {};
    const bool grows = image.width() < room.width() && image.height() < room.height();
    return image.scaled(room, Qt::KeepAspectRatio, grows ? Qt::FastTransformation : Qt::SmoothTransformation);
}

SampleImages::SampleImages(QObject *parent) : QObject(parent)
{
    m_runner.setThreads(1); // the other cores run the variants
}

void SampleImages::setDataset(std::shared_ptr<const Dataset> dataset)
{
    if (dataset && m_dataset && dataset->reference() == m_dataset->reference())
        return;
    m_runner.abandon();
    m_dataset = std::move(dataset);
    m_small.clear();
    m_large.clear();
    m_wanted.clear();
}

QPixmap SampleImages::small(size_t index)
{
    const auto found = m_small.constFind(index);
    if (found != m_small.constEnd())
        return *found;
    want(index);
    return {};
}

QImage SampleImages::large(size_t index)
{
    if (const QImage *image = m_large.object(index))
        return *image;
    want(index);
    return {};
}

void SampleImages::want(size_t index)
{
    if (!holdsImages() || std::ranges::find(m_wanted, index) != m_wanted.end())
        return;
    m_wanted.push_back(index);
    next();
}

/// The latest first: they are what is looked at now.
void SampleImages::next()
{
    if (m_runner.isRunning() || m_wanted.empty())
        return;
    const size_t count = std::min(atOnce, m_wanted.size());
    const std::vector<size_t> now(m_wanted.rbegin(), m_wanted.rbegin() + static_cast<std::ptrdiff_t>(count));
    const int edge = static_cast<int>(thumbnail * qGuiApp->devicePixelRatio());
    m_runner.startStreaming<Read>(
        [dataset = m_dataset, now, edge](const JobContext &ctx, const std::function<void(Read)> &deliver) {
            for (const size_t index : now) {
                ctx.throwIfCancelled();
                const Outcome<Image> image =
                    runGuarded([&](const JobContext &part) { return dataset->image(index, part); }, ctx);
                const auto *read = std::get_if<Image>(&image);
                // Grey sets that use a part of the range only would be black.
                const QImage large = read ? toQImage(*read, read->channels == 1) : QImage();
                deliver({index, scaledInto(large, {edge, edge}), large});
            }
            return true;
        },
        [this](const Read &read) { take(read); }, [this](const Outcome<bool> &) { next(); });
}

void SampleImages::take(const Read &read)
{
    std::erase(m_wanted, read.index);
    QPixmap pixmap = QPixmap::fromImage(read.small);
    pixmap.setDevicePixelRatio(qGuiApp->devicePixelRatio());
    m_small.insert(read.index, pixmap);
    m_large.insert(read.index, new QImage(read.large));
    emit ready(read.index);
}

} // namespace lathe::ui
