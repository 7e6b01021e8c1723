#pragma once
// Between what a project file holds and what the window works with.
#include "core/project/project.h"
#include "ui/settings.h"
#include "ui/variantmodel.h"

namespace lathe::ui {

ProjectVariant toProject(const Variant &variant);
Variant fromProject(const ProjectVariant &variant);

ProjectData toProject(const DatasetChoice &choice);
DatasetChoice fromProject(const ProjectData &data);

} // namespace lathe::ui
