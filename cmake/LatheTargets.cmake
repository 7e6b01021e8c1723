# lathe_precompile(TARGET KIND headers...)
# What nearly every file includes is parsed once for all targets of a kind (they are compiled with the same options),
# which halves the time of a build. The developer presets go without: there a file that lacks an include shows itself.
function(lathe_precompile TARGET KIND)
    get_property(owner GLOBAL PROPERTY LATHE_PRECOMPILED_${KIND})
    if(owner)
        target_precompile_headers(${TARGET} REUSE_FROM ${owner})
    else()
        target_precompile_headers(${TARGET} PRIVATE <algorithm> <filesystem> <functional> <map> <memory> <mutex> <optional>
            <span> <string> <vector> <Eigen/Core> ${ARGN})
        set_property(GLOBAL PROPERTY LATHE_PRECOMPILED_${KIND} ${TARGET})
    endif()
endfunction()

# lathe_core(NAME [PUBLIC targets...] [PRIVATE targets...])
# One static library per folder of core, of all its .cpp files, known to others as lathe::NAME.
# PUBLIC holds only what the folder's public headers show.
function(lathe_core NAME)
    cmake_parse_arguments(ARG "" "" "PUBLIC;PRIVATE" ${ARGN})
    file(GLOB sources CONFIGURE_DEPENDS *.cpp)
    add_library(lathe_${NAME} STATIC ${sources})
    add_library(lathe::${NAME} ALIAS lathe_${NAME})
    target_link_libraries(lathe_${NAME} PUBLIC lathe_options ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE})
    set_target_properties(lathe_${NAME} PROPERTIES POSITION_INDEPENDENT_CODE ON)
    lathe_precompile(lathe_${NAME} core <fmt/format.h>)
endfunction()
