#include "core/evaluate/samples.h"
