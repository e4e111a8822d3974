# The command's libraries that are loaded when they are first called (src/late tells why).
#
# Each file of src/late defines some functions of one library; where they come first the
# linker needs that library for nothing else and leaves it out.  So nothing but the
# command's own link differs, and KABAR_LATE=OFF is an ordinary link of all.  It is off by
# itself where the file format has no such loading, where a library is not shared, and
# under sanitizers, which want to see each library from the beginning.

option(KABAR_LATE "Load the command's larger libraries when they are first called (ELF)" ON)

# kabar_late_name(OUT LIBRARY): by which name the dynamic linker knows a shared library;
# empty where it is not shared.
function(kabar_late_name out library)
  set(${out} "" PARENT_SCOPE)
  if(library AND CMAKE_READELF)
    execute_process(COMMAND ${CMAKE_READELF} -d ${library}
                    OUTPUT_VARIABLE text ERROR_QUIET)
    if(text MATCHES "SONAME[^[]*\\[([^]]+)\\]")
      set(${out} ${CMAKE_MATCH_1} PARENT_SCOPE)
    endif()
  endif()
endfunction()

# kabar_late(FILE NAME): FILE of src/late stands for the library of the target NAME, if that
# is a shared one with the functions as they are declared there.
function(kabar_late file target)
  get_target_property(library ${target} IMPORTED_LOCATION)
  kabar_late_name(name "${library}")
  get_filename_component(word ${file} NAME_WE)
  string(TOUPPER ${word} word)
  if(name)
    set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
    try_compile(KABAR_LATE_${word} ${CMAKE_BINARY_DIR}/late/${word}
                SOURCES ${CMAKE_SOURCE_DIR}/src/late/${file}
                LINK_LIBRARIES ${target}
                COMPILE_DEFINITIONS "-DKB_LATE_${word}=\"\""
                C_STANDARD 17 CXX_STANDARD 17)
  endif()
  if(KABAR_LATE_${word})
    target_sources(kabar PRIVATE src/late/${file})
    set_property(SOURCE src/late/${file} APPEND PROPERTY COMPILE_DEFINITIONS
                 "KB_LATE_${word}=\"${name}\"")
  else()
    message(STATUS "${target}: not loaded late, but linked")
  endif()
endfunction()

include(CheckCXXSourceCompiles)
include(CheckLinkerFlag)
check_linker_flag(C -Wl,--as-needed KABAR_HAS_AS_NEEDED)
if(KABAR_LATE AND KABAR_HAS_AS_NEEDED AND CMAKE_EXECUTABLE_FORMAT STREQUAL "ELF"
   AND NOT KABAR_SANITIZE AND NOT KABAR_FUZZ)
  target_sources(kabar PRIVATE src/late/late.c)
  target_link_libraries(kabar PRIVATE ${CMAKE_DL_LIBS})
  target_link_options(kabar PRIVATE -Wl,--as-needed)
  # What one file in C++ needs of libstdc++, to let no exception of CLD2's get past it, is
  # three functions; the whole library has 3,000 names to be looked up at the start.
  set(CMAKE_REQUIRED_LINK_OPTIONS -static-libstdc++)
  check_cxx_source_compiles("int main() { try { throw 1; } catch (...) { return 0; } }"
                            KABAR_HAS_STATIC_LIBSTDCXX)
  unset(CMAKE_REQUIRED_LINK_OPTIONS)
  if(KABAR_HAS_STATIC_LIBSTDCXX)
    target_link_options(kabar PRIVATE -static-libstdc++)
  endif()
  kabar_late(brotli.c kabar_brotli)
  kabar_late(cld2.cc kabar_cld2)
  kabar_late(crypto.c kabar_crypto)
  kabar_late(curl.c kabar_curl)
  kabar_late(microhttpd.c kabar_microhttpd)
  kabar_late(pcre2.c kabar_pcre2)
  kabar_late(stemmer.c kabar_stemmer)
  kabar_late(uchardet.c kabar_uchardet)
  kabar_late(xml2.c kabar_xml2)
  # The large tables are loaded before CLD2 there, and by the linker everywhere else.
  get_target_property(KABAR_CLD2_LIBRARY kabar_cld2 IMPORTED_LOCATION)
  kabar_late_name(KABAR_CLD2_NAME "${KABAR_CLD2_LIBRARY}")
  kabar_late_name(KABAR_CLD2_FULL_NAME "${KABAR_CLD2_FULL_LIBRARY}")
  if(KABAR_CLD2_NAME AND KABAR_CLD2_FULL_NAME)
    set_target_properties(kabar PROPERTIES KABAR_LATE_TABLES ON)
    set_property(SOURCE src/late/cld2.cc APPEND PROPERTY COMPILE_DEFINITIONS
                 "KB_LATE_CLD2_FULL=\"${KABAR_CLD2_FULL_NAME}\"")
  endif()
endif()
