# Finds BLIS with its CBLAS interface and defines the imported target blis::blis.
# Debian keeps each way of threading in a folder of its own; the core needs none inside.
find_path(blis_INCLUDE_DIR cblas.h PATH_SUFFIXES blis-serial blis-pthread blis-openmp blis)
find_library(blis_LIBRARY NAMES blis)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(blis_lathe REQUIRED_VARS blis_LIBRARY blis_INCLUDE_DIR)

if(blis_lathe_FOUND AND NOT TARGET blis::blis)
    add_library(blis::blis UNKNOWN IMPORTED)
    set_target_properties(blis::blis PROPERTIES
        IMPORTED_LOCATION ${blis_LIBRARY}
        INTERFACE_INCLUDE_DIRECTORIES ${blis_INCLUDE_DIR})
endif()
