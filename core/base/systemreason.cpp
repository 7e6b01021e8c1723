#include "core/base/systemreason.h"

#include <cerrno>
#include <system_error>

namespace lathe {

std::string systemReason(int error)
{
    switch (error) {
    case EMFILE:
    case ENFILE:
        return "too many files are open; close some, or raise the limit (ulimit -n)";
    case ENOMEM:
        return "there is not enough memory";
    case ESTALE:
        return "its share has gone away or was mounted anew";
    default:
        return std::generic_category().message(error); // unlike strerror(), safe with threads
    }
}

} // namespace lathe
