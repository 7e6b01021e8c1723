#include "core/base/heap.h"

#include <cstdlib> // tells which C library it is
#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace lathe {

void giveLargeBlocksBack()
{
#ifdef __GLIBC__
    constexpr int large = 1 << 20;
    mallopt(M_MMAP_THRESHOLD, large);
    mallopt(M_TRIM_THRESHOLD, large);
#endif
}

} // namespace lathe
