#include "core/exporting/graph.h"
