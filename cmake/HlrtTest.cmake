# SPDX-License-Identifier: MIT OR GPL-2.0-only

# hlrt_unit_test(NAME area.subject SOURCES file... LIBS target...): one cmocka program, one ctest.
function(hlrt_unit_test)
  cmake_parse_arguments(ARG "" "NAME" "SOURCES;LIBS" ${ARGN})
  string(REPLACE "." "-" program test-${ARG_NAME})
  add_executable(${program} ${ARG_SOURCES})
  target_link_libraries(${program} PRIVATE ${ARG_LIBS} PkgConfig::CMOCKA Threads::Threads)
  set_target_properties(${program} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  add_test(NAME ${ARG_NAME} COMMAND ${program})
  set_tests_properties(${ARG_NAME} PROPERTIES TIMEOUT 120)
endfunction()
