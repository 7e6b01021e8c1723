#pragma once
#include "core/data/datachoice.h"

#include <QByteArray>
#include <QSettings>
#include <QString>
#include <optional>

namespace lathe::ui {

/// A data set as the workbench remembers it.
struct DatasetChoice {
    QString reference;                          ///< FOLDER or FOLDER:SPLIT
    std::optional<Preprocessing> preprocessing; ///< empty: what lies beside the model, else a guess
    int limit = 600;                            ///< samples the preview measures at most; 0: all
    QString calibration = {}; ///< FOLDER[:SPLIT] of what is calibrated on; empty: one half of the data set
    bool operator==(const DatasetChoice &) const = default;
};
DataChoice toCore(const DatasetChoice &choice);
DatasetChoice fromCore(const DataChoice &choice);

/// What the program remembers between runs, in one ini file of the user's configuration folder.
class Settings {
public:
    Settings();

    QByteArray bytes(const QString &key) const { return m_settings.value(key).toByteArray(); }
    void setBytes(const QString &key, const QByteArray &value) { m_settings.setValue(key, value); }
    QString text(const QString &key) const { return m_settings.value(key).toString(); }
    void setText(const QString &key, const QString &value) { m_settings.setValue(key, value); }
    QStringList list(const QString &key) const { return m_settings.value(key).toStringList(); }
    void setList(const QString &key, const QStringList &value) { m_settings.setValue(key, value); }

    /// The data set last used with this model.
    std::optional<DatasetChoice> dataset(const QString &model) const;
    void setDataset(const QString &model, const DatasetChoice &choice);
    /// The data set last used with any model; empty reference when there is none.
    QString lastDataset() const { return text(QStringLiteral("dataset/last")); }

    /// Half the width of the interval at which a measurement ends, as a fraction; 0: all samples.
    double precision() const
    {
        return m_settings.value(QStringLiteral("preview/precision"), 0.01).toDouble();
    }
    /// For what the preview keeps of each sample.
    qint64 cacheBytes() const
    {
        return m_settings.value(QStringLiteral("preview/cache_bytes"), qint64(1) << 30).toLongLong();
    }
    /// For what was compressed, on top of that.
    qint64 compressionBytes() const { return cacheBytes() / 2; }
    /// For both.
    qint64 memoryBytes() const { return cacheBytes() + compressionBytes(); }
    void setMemoryBytes(qint64 bytes)
    {
        m_settings.setValue(QStringLiteral("preview/cache_bytes"), (2 * bytes + 2) / 3);
    }

private:
    QSettings m_settings;
};

} // namespace lathe::ui
