#pragma once

namespace lathe {

/// Opens descriptors 0 to 2 on /dev/null where the caller closed them: else the next file opened would be
/// taken for standard output. First thing in main(). @returns false when that is not possible
bool openStandardStreams();

} // namespace lathe
