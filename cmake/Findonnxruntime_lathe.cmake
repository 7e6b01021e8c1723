# Finds ONNX Runtime and defines the imported target onnxruntime::onnxruntime.
# Looked for, in this order: onnxruntime_ROOT (CMake variable or environment), the copy that installer/run
# unpacks into build/deps/onnxruntime, the system.
set(_hints ${onnxruntime_ROOT} $ENV{onnxruntime_ROOT})
set(_bundled ${CMAKE_SOURCE_DIR}/build/deps/onnxruntime)

find_path(onnxruntime_INCLUDE_DIR onnxruntime_cxx_api.h
    HINTS ${_hints} ${_bundled} PATH_SUFFIXES include include/onnxruntime onnxruntime
    include/onnxruntime/core/session onnxruntime/core/session)
find_library(onnxruntime_LIBRARY NAMES onnxruntime libonnxruntime.so.1
    HINTS ${_hints} ${_bundled} PATH_SUFFIXES lib)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(onnxruntime_lathe
    REQUIRED_VARS onnxruntime_LIBRARY onnxruntime_INCLUDE_DIR
    REASON_FAILURE_MESSAGE "run installer/run, which fetches it, or set onnxruntime_ROOT")

if(onnxruntime_lathe_FOUND AND NOT TARGET onnxruntime::onnxruntime)
    add_library(onnxruntime::onnxruntime UNKNOWN IMPORTED)
    set_target_properties(onnxruntime::onnxruntime PROPERTIES
        IMPORTED_LOCATION ${onnxruntime_LIBRARY}
        INTERFACE_INCLUDE_DIRECTORIES ${onnxruntime_INCLUDE_DIR})
endif()
