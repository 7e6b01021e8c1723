#include "core/evaluate/preprocessing.h"
