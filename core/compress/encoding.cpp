#include "core/compress/encoding.h"
