#pragma once
// Between what a project file holds and what the window works with.
#include "core/project/project.h"
#include "ui/base/settings.h"
#include "ui/variants/variantmodel.h"

namespace lathe::ui {

ProjectVariant toProject(const Variant &variant);
Variant fromProject(const ProjectVariant &variant);

ProjectData toProject(const DatasetChoice &choice);
DatasetChoice fromProject(const ProjectData &data);

} // namespace lathe::ui
