#include "core/evaluate/dataset.h"
