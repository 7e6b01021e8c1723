#include "core/runtime/session.h"
