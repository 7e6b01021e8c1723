# What `cmake --install` puts where, and what `cpack` makes of it: a tar.gz, and a Debian package where the tools are.
include(GNUInstallDirs)
set(private_libraries ${CMAKE_INSTALL_LIBDIR}/lathe)

set(programs lathe)
if(LATHE_BUILD_GUI)
    list(APPEND programs lathe-workbench)
    install(FILES installer/lathe-workbench.desktop DESTINATION ${CMAKE_INSTALL_DATADIR}/applications)
    install(FILES resources/lathe-workbench.svg DESTINATION ${CMAKE_INSTALL_DATADIR}/icons/hicolor/scalable/apps)
endif()
file(RELATIVE_PATH from_programs /${CMAKE_INSTALL_BINDIR} /${private_libraries})
set_target_properties(${programs} PROPERTIES INSTALL_RPATH "$ORIGIN/${from_programs}")
install(TARGETS ${programs} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})

install(DIRECTORY resources/sample DESTINATION ${CMAKE_INSTALL_DATADIR}/lathe PATTERN train.py EXCLUDE)
install(FILES README.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs DESTINATION ${CMAKE_INSTALL_DOCDIR} # the reference that README.md leads to
    FILES_MATCHING PATTERN "*.md" PATTERN "*.png")
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright)

# ONNX Runtime goes along, with its licence.
file(REAL_PATH ${onnxruntime_LIBRARY} runtime_library)
cmake_path(GET runtime_library PARENT_PATH runtime_folder)
find_file(runtime_licence NAMES copyright LICENSE NO_DEFAULT_PATH NO_CACHE
    PATHS ${runtime_folder} ${runtime_folder}/.. ${onnxruntime_INCLUDE_DIR}/..)
install(FILES ${runtime_library} DESTINATION ${private_libraries} RENAME libonnxruntime.so.1)
if(runtime_licence)
    install(FILES ${runtime_licence} DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright.onnxruntime)
endif()

set(CPACK_PACKAGE_CONTACT "Lathe <${PROJECT_NAME}@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY ${PROJECT_DESCRIPTION})
set(CPACK_RESOURCE_FILE_LICENSE ${CMAKE_SOURCE_DIR}/LICENSE)
set(CPACK_PACKAGE_FILE_NAME lathe-${PROJECT_VERSION}-${CMAKE_SYSTEM_PROCESSOR})
set(CPACK_STRIP_FILES ON)
set(CPACK_GENERATOR TGZ)
find_program(LATHE_SHLIBDEPS dpkg-shlibdeps)
mark_as_advanced(LATHE_SHLIBDEPS)
if(LATHE_SHLIBDEPS) # of the Debian package dpkg-dev; without it the package could not name what it depends on
    list(APPEND CPACK_GENERATOR DEB)
    set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
    set(CPACK_DEBIAN_PACKAGE_SECTION science)
    set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
    set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS ${runtime_folder})
endif()
include(CPack)
