#include "core/base/systemreason.h"

#include <cerrno>
#include <system_error>

namespace lathe {

Message systemReason(int error)
{
    switch (error) {
    case EMFILE:
    case ENFILE:
        return Message::tr("too many files are open; close some, or raise the limit (ulimit -n)");
    case ENOMEM:
        return Message::tr("there is not enough memory");
    case ESTALE:
        return Message::tr("its share has gone away or was mounted anew");
    default: // unlike strerror(), safe with threads
        return Message::verbatim(std::generic_category().message(error));
    }
}

} // namespace lathe
