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
  # The depth of the stack is none of what is covered: AddressSanitizer aligns frames, so
  # that it differs with the stack's first address, and runs that should be equal with it.
  add_compile_options(-fsanitize=fuzzer-no-link -fno-sanitize-coverage=stack-depth)
endif()

# Calls between modules are inlined when the command, the bench and the shared library are
# linked: 6 % more pages a second, measured side by side.  Objects carry both forms, so
# that libkabar.a stays plain code, and tests link the plain one, which takes no time.
option(KABAR_LTO "Optimise across modules (gcc, Release)" ON)
if(KABAR_LTO AND CMAKE_BUILD_TYPE STREQUAL "Release" AND NOT KABAR_SANITIZE
   AND CMAKE_C_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  set(KABAR_LTO_COMPILE -flto=auto -ffat-lto-objects)
  set(KABAR_LTO_LINK -flto=auto)
  set(KABAR_LTO_DROP -R .gnu.lto_* -R .gnu.debuglto_*)
  add_link_options(-fno-lto)
endif()
