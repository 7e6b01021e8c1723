#include "core/evaluate/measure.h"
