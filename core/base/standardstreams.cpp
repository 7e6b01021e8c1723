#include "core/base/standardstreams.h"

#include <fcntl.h>
#include <unistd.h>

namespace lathe {

bool openStandardStreams()
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd)
        if (::fcntl(fd, F_GETFD) == -1 && ::open("/dev/null", O_RDWR) != fd) // the lowest free one is taken
            return false;
    return true;
}

} // namespace lathe
