# Finds libtorch, PyTorch's C++ library, and defines the imported target torch::torch.
# Not by the CMake package that it brings: that one wants what the library was built with installed as well. Another
# copy than the system's is taken from the folder that torch_ROOT names.
find_path(torch_INCLUDE_DIR torch/torch.h PATH_SUFFIXES torch/csrc/api/include)
find_path(torch_ATEN_DIR ATen/ATen.h)
find_library(torch_LIBRARY NAMES torch_cpu)
find_library(torch_C10_LIBRARY NAMES c10)
if(torch_INCLUDE_DIR)
    file(STRINGS ${torch_INCLUDE_DIR}/torch/version.h _numbers REGEX "define TORCH_VERSION_(MAJOR|MINOR|PATCH) ")
    list(TRANSFORM _numbers REPLACE ".* ([0-9]+).*" "\\1")
    list(JOIN _numbers . torch_VERSION)
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(torch_lathe
    REQUIRED_VARS torch_LIBRARY torch_C10_LIBRARY torch_INCLUDE_DIR torch_ATEN_DIR VERSION_VAR torch_VERSION)

if(torch_lathe_FOUND AND NOT TARGET torch::torch)
    add_library(torch::torch UNKNOWN IMPORTED)
    set_target_properties(torch::torch PROPERTIES
        IMPORTED_LOCATION ${torch_LIBRARY}
        INTERFACE_LINK_LIBRARIES ${torch_C10_LIBRARY}
        INTERFACE_INCLUDE_DIRECTORIES "${torch_INCLUDE_DIR};${torch_ATEN_DIR}")
endif()
