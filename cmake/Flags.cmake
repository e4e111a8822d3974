# Flags for our own sources; they do not reach fetched libraries.  Sanitizers do not stop
# at a library's edge, so they are set for everything.

add_library(kabar_flags INTERFACE)
target_compile_options(kabar_flags INTERFACE
  -Wall -Wextra -Wshadow -Wconversion
  $<$<COMPILE_LANGUAGE:C>:-Wstrict-prototypes>
  $<$<BOOL:${KABAR_WERROR}>:-Werror>)

if(KABAR_SANITIZE)
  add_compile_options(-fsanitize=${KABAR_SANITIZE} -fno-sanitize-recover=all
                      -fno-omit-frame-pointer -g)
  add_link_options(-fsanitize=${KABAR_SANITIZE})
  # An empty string may be {NULL, 0}.  Clang's check takes NULL + 0 for an overflow, which
  # C2y defines (WG14 N3322) and C++ always has; gcc's same check knows, and stays on.
  if(CMAKE_C_COMPILER_ID MATCHES "Clang" AND KABAR_SANITIZE MATCHES "undefined")
    add_compile_options(-fno-sanitize=pointer-overflow)
  endif()
endif()

if(KABAR_FUZZ)
  if(NOT CMAKE_C_COMPILER_ID MATCHES "Clang")
    message(FATAL_ERROR "KABAR_FUZZ needs clang and its libFuzzer: "
                        "use `cmake --preset fuzz`, or set CC=clang CXX=clang++")
  endif()
  # Coverage for all code; the targets themselves add -fsanitize=fuzzer when they link.
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
