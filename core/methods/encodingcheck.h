#pragma once
// Whether an encoding that somebody else made keeps what core/methods/encoding.h promises.
#include "core/base/message.h"
#include "core/methods/encoding.h"

namespace lathe {

/// In one clause what is wrong with it ("has a code above its 3 bits"); empty: nothing. Of factors also
/// whether they fit each other. Takes nothing for granted: shapes, counts and values may be any.
Message faultOf(const Encoding &encoding);

} // namespace lathe
