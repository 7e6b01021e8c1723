#include "tests/support/places.h"

namespace lathe::test {

std::string sourcePath(const std::string &path)
{
    return LATHE_SOURCE_DIR "/" + path;
}

std::string builtPath(const std::string &name)
{
    return LATHE_BINARY_DIR "/" + name;
}

} // namespace lathe::test
