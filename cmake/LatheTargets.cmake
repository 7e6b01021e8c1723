# lathe_core(NAME SOURCES ... [PUBLIC targets...] [PRIVATE targets...])
# One static library per folder of core, known to others as lathe::NAME.
# PUBLIC holds only what the folder's public headers show.
function(lathe_core NAME)
    cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
    add_library(lathe_${NAME} STATIC ${ARG_SOURCES})
    add_library(lathe::${NAME} ALIAS lathe_${NAME})
    target_link_libraries(lathe_${NAME} PUBLIC lathe_options ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE})
    set_target_properties(lathe_${NAME} PROPERTIES POSITION_INDEPENDENT_CODE ON)
endfunction()
