# Finds ONNX by the CMake package that it brings and defines ONNX::onnx and ONNX::onnx_proto for every version of it.
# Whatever includes one of ONNX's headers links one of these: they carry ONNX_ML and ONNX_NAMESPACE, without which
# the headers are other headers.
find_package(ONNX CONFIG QUIET)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(onnx_lathe REQUIRED_VARS ONNX_DIR VERSION_VAR ONNX_VERSION)

if(onnx_lathe_FOUND)
    foreach(target onnx onnx_proto)
        if(NOT TARGET ONNX::${target}) # named without a namespace before 1.17
            add_library(ONNX::${target} ALIAS ${target})
        endif()
    endforeach()
endif()
