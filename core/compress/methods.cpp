#include "core/compress/methods.h"
