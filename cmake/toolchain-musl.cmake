# SPDX-License-Identifier: MIT OR GPL-2.0-only
# For musl, with the distribution's musl-gcc: cmake -DCMAKE_TOOLCHAIN_FILE=cmake/toolchain-musl.cmake
set(CMAKE_C_COMPILER musl-gcc)

# musl-gcc hides /usr/include, and the kernel's headers with it. They do not depend on the C library: show these alone.
set(uapi ${CMAKE_BINARY_DIR}/uapi)
if(NOT EXISTS ${uapi})
  execute_process(COMMAND gcc -print-multiarch OUTPUT_VARIABLE multiarch OUTPUT_STRIP_TRAILING_WHITESPACE)
  file(MAKE_DIRECTORY ${uapi})
  foreach(folder asm-generic drm linux misc)
    file(CREATE_LINK /usr/include/${folder} ${uapi}/${folder} SYMBOLIC)
  endforeach()
  if(EXISTS /usr/include/${multiarch}/asm)
    file(CREATE_LINK /usr/include/${multiarch}/asm ${uapi}/asm SYMBOLIC)
  else()
    file(CREATE_LINK /usr/include/asm ${uapi}/asm SYMBOLIC)
  endif()
endif()
set(CMAKE_C_FLAGS_INIT "-idirafter ${uapi}")
