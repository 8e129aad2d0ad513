# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# What programs find the installed library by: pkg-config (libhlrt, libhlsim) and find_package(hlrt). Both go by their own
# place, so that a tree may be moved after it was installed. Libraries and headers are installed where they are built.
include(CMakePackageConfigHelpers)

set(pc_dir ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
set(config_dir ${CMAKE_INSTALL_LIBDIR}/cmake/hlrt)

file(RELATIVE_PATH HLRT_PC_TO_PREFIX ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
string(REGEX REPLACE "/$" "" HLRT_PC_TO_PREFIX ${HLRT_PC_TO_PREFIX})
# What libhlrt.a needs beside itself; nothing where libc has it all.
list(TRANSFORM CMAKE_DL_LIBS PREPEND -l OUTPUT_VARIABLE HLRT_PC_PRIVATE_LIBS)
list(JOIN HLRT_PC_PRIVATE_LIBS " " HLRT_PC_PRIVATE_LIBS)
string(STRIP "${HLRT_PC_PRIVATE_LIBS} ${CMAKE_THREAD_LIBS_INIT}" HLRT_PC_PRIVATE_LIBS)

function(hlrt_install_pc name)
  configure_file(${CMAKE_SOURCE_DIR}/cmake/${name}.pc.in ${CMAKE_BINARY_DIR}/${name}.pc @ONLY)
  install(FILES ${CMAKE_BINARY_DIR}/${name}.pc DESTINATION ${pc_dir})
endfunction()

hlrt_install_pc(libhlrt)
install(EXPORT hlrt NAMESPACE hlrt:: FILE hlrtTargets.cmake DESTINATION ${config_dir})
if(HLRT_SIM)
  hlrt_install_pc(libhlsim)
  install(EXPORT hlrt_sim NAMESPACE hlrt:: FILE hlrtSimTargets.cmake DESTINATION ${config_dir})
endif()

configure_package_config_file(${CMAKE_SOURCE_DIR}/cmake/hlrtConfig.cmake.in ${CMAKE_BINARY_DIR}/hlrtConfig.cmake
  INSTALL_DESTINATION ${config_dir})
write_basic_package_version_file(${CMAKE_BINARY_DIR}/hlrtConfigVersion.cmake COMPATIBILITY SameMajorVersion)
install(FILES ${CMAKE_BINARY_DIR}/hlrtConfig.cmake ${CMAKE_BINARY_DIR}/hlrtConfigVersion.cmake DESTINATION ${config_dir})
