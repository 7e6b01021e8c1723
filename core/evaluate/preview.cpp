#include "core/evaluate/preview.h"
