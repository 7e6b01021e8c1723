// Preloaded into a program by tests: does to it, at a call that can be counted, what a kill or another
// program would do at any moment.
//   LATHE_KILL_AT_RENAME=N     ends it in the place of its N-th renaming
//   LATHE_TRUNCATE_AT_READ=N   empties the file LATHE_TRUNCATE before the N-th read from it, or
//   LATHE_RENAME_AT_READ=PATH  instead puts PATH in its place
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {

int numberOf(const char *variable)
{
    const char *text = std::getenv(variable);
    return text ? std::atoi(text) : 0;
}

int renameFile(const char *from, const char *to)
{
    static const auto next =
        reinterpret_cast<int (*)(const char *, const char *)>(::dlsym(RTLD_NEXT, "rename"));
    return next(from, to);
}

bool isTheFile(int fd, const char *path)
{
    struct stat open {
    }, named{};
    return ::fstat(fd, &open) == 0 && ::stat(path, &named) == 0 && open.st_ino == named.st_ino &&
           open.st_dev == named.st_dev;
}

void beforeRead(int fd)
{
    static std::atomic<int> reads = 0;
    static const int chosen = numberOf("LATHE_TRUNCATE_AT_READ");
    static const char *path = std::getenv("LATHE_TRUNCATE");
    static const char *other = std::getenv("LATHE_RENAME_AT_READ");
    if (chosen == 0 || !path || !isTheFile(fd, path) || ++reads != chosen)
        return;
    if (other)
        renameFile(other, path);
    else
        (void)!::truncate(path, 0);
}

} // namespace

extern "C" {

int rename(const char *from, const char *to) noexcept
{
    static std::atomic<int> renames = 0;
    static const int chosen = numberOf("LATHE_KILL_AT_RENAME");
    if (chosen > 0 && ++renames == chosen)
        ::kill(::getpid(), SIGKILL);
    return renameFile(from, to);
}

ssize_t pread(int fd, void *to, size_t size, off_t offset)
{
    static const auto next =
        reinterpret_cast<ssize_t (*)(int, void *, size_t, off_t)>(::dlsym(RTLD_NEXT, "pread"));
    beforeRead(fd);
    return next(fd, to, size, offset);
}

ssize_t pread64(int fd, void *to, size_t size, off64_t offset)
{
    return pread(fd, to, size, offset);
}

} // extern "C"
