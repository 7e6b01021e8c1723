#pragma once
#include <QByteArray>
#include <QString>

namespace lathe::test {

/// Temporary files go to this folder as long as the object lives.
class TemporaryPlace {
public:
    explicit TemporaryPlace(const QString &folder) { qputenv("TMPDIR", folder.toUtf8()); }
    ~TemporaryPlace() { m_before.isNull() ? qunsetenv("TMPDIR") : qputenv("TMPDIR", m_before); }
    TemporaryPlace(const TemporaryPlace &) = delete;
    TemporaryPlace &operator=(const TemporaryPlace &) = delete;

private:
    QByteArray m_before = qgetenv("TMPDIR");
};

} // namespace lathe::test
