#pragma once
// Graphs that every reader of archives knows beforehand. Inside core/archive only.
#include "core/archive/bytes.h"

namespace lathe {

/// Ten exports of small networks without their data: the nodes that unpack weights in each way, their names
/// and tables, what a file says of its making. Coded as a file's rest is, by a model that knows nothing;
/// before that the number of graphs, and of each its bytes, its holes, and of these where they are and how
/// long (numbers). Part of the archive's format, so never to be changed.
ByteView graphPrimer();

} // namespace lathe
