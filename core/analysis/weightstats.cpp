#include "core/analysis/weightstats.h"
