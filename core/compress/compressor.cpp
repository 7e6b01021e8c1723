#include "core/compress/compressor.h"
