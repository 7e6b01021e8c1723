# Finds ONNX Runtime and defines the imported target onnxruntime::onnxruntime.
# It is the copy that installer/run unpacks into build/deps/onnxruntime, or, where onnxruntime_ROOT (CMake variable or
# environment) names a folder with include/ and lib/, the one in there. The system's is never taken by itself: Debian 13's
# shares libonnx and its registry of operators with Lathe, and then each of the two registers every operator again.
set(onnxruntime_BUNDLE ${CMAKE_SOURCE_DIR}/build/deps/onnxruntime)
set(_root ${onnxruntime_BUNDLE})
if(onnxruntime_ROOT)
    set(_root ${onnxruntime_ROOT})
elseif(DEFINED ENV{onnxruntime_ROOT})
    set(_root $ENV{onnxruntime_ROOT})
endif()

unset(onnxruntime_INCLUDE_DIR CACHE) # of another root
unset(onnxruntime_LIBRARY CACHE)
find_path(onnxruntime_INCLUDE_DIR onnxruntime_cxx_api.h PATHS ${_root} NO_DEFAULT_PATH NO_CACHE
    PATH_SUFFIXES include include/onnxruntime include/onnxruntime/core/session)
find_library(onnxruntime_LIBRARY NAMES onnxruntime libonnxruntime.so.1 PATHS ${_root} NO_DEFAULT_PATH NO_CACHE
    PATH_SUFFIXES lib lib/${CMAKE_LIBRARY_ARCHITECTURE} lib64)

set(_reason "run installer/run, which fetches it, or set onnxruntime_ROOT to a folder with include/ and lib/")
if(onnxruntime_LIBRARY AND CMAKE_OBJDUMP)
    execute_process(COMMAND ${CMAKE_OBJDUMP} -p ${onnxruntime_LIBRARY} OUTPUT_VARIABLE _headers ERROR_QUIET)
    if(_headers MATCHES "NEEDED +libonnx")
        set(_reason "${onnxruntime_LIBRARY} shares libonnx with Lathe, which does not work: take one that brings its own")
        unset(onnxruntime_LIBRARY)
    endif()
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(onnxruntime_lathe
    REQUIRED_VARS onnxruntime_LIBRARY onnxruntime_INCLUDE_DIR
    REASON_FAILURE_MESSAGE "${_reason}")

if(onnxruntime_lathe_FOUND AND NOT TARGET onnxruntime::onnxruntime)
    add_library(onnxruntime::onnxruntime UNKNOWN IMPORTED)
    set_target_properties(onnxruntime::onnxruntime PROPERTIES
        IMPORTED_LOCATION ${onnxruntime_LIBRARY}
        INTERFACE_INCLUDE_DIRECTORIES ${onnxruntime_INCLUDE_DIR})
endif()
