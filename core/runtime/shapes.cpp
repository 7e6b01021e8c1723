#include "core/runtime/shapes.h"
