#include "core/exporting/certificate.h"
