# What is installed, and the Debian package of it: cpack -G DEB in a folder that was built.
include(GNUInstallDirs)
# Only the program is needed, not all that could be built.
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON)
install(TARGETS assay RUNTIME DESTINATION bin)
install(CODE "execute_process(COMMAND \${CMAKE_COMMAND} -DPROGRAM=$<TARGET_FILE:assay>
  -DTO=\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX} -P ${PROJECT_SOURCE_DIR}/packaging/generate.cmake
  COMMAND_ERROR_IS_FATAL ANY)")
install(FILES packaging/assay-desk.service DESTINATION lib/systemd/system)
install(FILES README.md CHANGELOG.md NOTICE DESTINATION share/doc/assay)
install(FILES packaging/copyright DESTINATION share/doc/assay)
install(DIRECTORY examples docs DESTINATION share/doc/assay
        PATTERN images EXCLUDE PATTERN decisions EXCLUDE)

set(CPACK_PACKAGE_NAME assay)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT "Assay maintainers <maintainers@assay.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "scores liquidity providers from FIX traffic, and routes by the scores")
set(CPACK_PACKAGE_DESCRIPTION "Assay reads a trading firm's FIX traffic, scores its liquidity providers on every
execution, and routes parent orders by the scores: price, fills, rejects, latency, what the price did afterwards,
and how sure all that is.
.
As the service assay-desk it keeps FIX sessions, a journal, a history and an HTTP API in one process. It comes in
a mode that sends nothing, and is not started by being installed.
.
This product includes software developed by quickfixengine.org (http://www.quickfixengine.org/).")
set(CPACK_GENERATOR DEB)
set(CPACK_SET_DESTDIR ON)  # /etc is not below the prefix
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION misc)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS adduser)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
    "${PROJECT_SOURCE_DIR}/packaging/conffiles;${PROJECT_SOURCE_DIR}/packaging/postinst;${PROJECT_SOURCE_DIR}/packaging/prerm;${PROJECT_SOURCE_DIR}/packaging/postrm")
# Only in a package: a plain `cmake --install` leaves /etc alone.
install(FILES packaging/desk.toml DESTINATION /etc/assay COMPONENT etc EXCLUDE_FROM_ALL
        PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ)
install(FILES packaging/assay.default DESTINATION /etc/default RENAME assay COMPONENT etc EXCLUDE_FROM_ALL)
set(CPACK_INSTALL_CMAKE_PROJECTS "${PROJECT_BINARY_DIR};assay;ALL;/;${PROJECT_BINARY_DIR};assay;etc;/")
include(CPack)
