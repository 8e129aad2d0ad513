# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# hlrt_provider(NAME source...) makes a provider of the folder it is called in: the plug-in libNAME-hlrtp1.so
# with its NAME.driver beside it, the same sources inside the static library, and the folder's NAME.h as <hlrt/NAME.h>.

file(STRINGS ${CMAKE_SOURCE_DIR}/libhlrt/provider.h HLRT_PROVIDER_ABI REGEX "^#define HLRT_PROVIDER_ABI [0-9]+$")
string(REGEX REPLACE ".* " "" HLRT_PROVIDER_ABI ${HLRT_PROVIDER_ABI})

function(hlrt_provider name)
  set(dir ${CMAKE_BINARY_DIR}/lib/hlrt)
  set(target hlrt_provider_${name})

  add_library(${target} MODULE ${ARGN})
  set_target_properties(${target} PROPERTIES
    PREFIX "lib" OUTPUT_NAME ${name}-hlrtp${HLRT_PROVIDER_ABI} SUFFIX ".so"
    LIBRARY_OUTPUT_DIRECTORY ${dir})
  target_include_directories(${target} PRIVATE ${CMAKE_SOURCE_DIR}/libhlrt)
  target_link_libraries(${target} PRIVATE hlrt Threads::Threads)
  file(WRITE ${dir}/${name}.driver "driver ${name}\n")

  # Programs that use the library use its providers: build them together.
  add_dependencies(hlrt_providers ${target})

  list(TRANSFORM ARGN PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/ OUTPUT_VARIABLE sources)
  target_sources(hlrt_static PRIVATE ${sources})
  set_property(GLOBAL APPEND PROPERTY HLRT_PROVIDERS ${name})

  if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/${name}.h)
    configure_file(${name}.h ${CMAKE_BINARY_DIR}/include/hlrt/${name}.h COPYONLY)
    install(FILES ${name}.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/hlrt)
  endif()
  install(TARGETS ${target} DESTINATION ${CMAKE_INSTALL_LIBDIR}/hlrt)
  install(FILES ${dir}/${name}.driver DESTINATION ${CMAKE_INSTALL_LIBDIR}/hlrt)
endfunction()

add_custom_target(hlrt_providers ALL)

# The static library's explicit table of all providers.
function(hlrt_static_providers)
  get_property(names GLOBAL PROPERTY HLRT_PROVIDERS)
  set(text "/* Written by cmake/HlrtProvider.cmake. */\n")
  foreach(name ${names})
    string(APPEND text "const struct hlrt_provider_ops *hlrt_provider_${name}(void);\n")
  endforeach()
  string(APPEND text "static const struct hlrt_provider_ops *(*const static_providers[])(void) = {\n")
  foreach(name ${names})
    string(APPEND text "\thlrt_provider_${name},\n")
  endforeach()
  string(APPEND text "};\n")
  set(path ${CMAKE_BINARY_DIR}/generated/static_providers.h)
  file(WRITE ${path}.new "${text}")
  configure_file(${path}.new ${path} COPYONLY) # leaves the time stamp alone when nothing changed
endfunction()
