# Where each library comes from.  Gives the targets kabar_lexbor, kabar_yyjson, kabar_cld2,
# kabar_uchardet, kabar_utf8proc, kabar_xml2 and kabar_stemmer; for what does I/O kabar_curl,
# kabar_crypto, kabar_zstd, kabar_brotli, kabar_sqlite,
# kabar_pcre2, kabar_microhttpd and kabar_sodium.
#
# lexbor and yyjson are younger than most systems.  They are looked for in this order:
#   1. .deps/usr, where tools/setup unpacks Debian's packages   (bundled)
#   2. the system                                               (system)
#   3. the projects' own git repositories, by pinned commit     (fetched)
# KABAR_LEXBOR_FROM and KABAR_YYJSON_FROM tell which it was.

set(KABAR_DEPS ${CMAKE_CURRENT_SOURCE_DIR}/.deps/usr CACHE PATH "Unpacked libraries")
set(KABAR_LEXBOR_COMMIT 2ae88a1c6b5261830eff73ee12bb3cdf805f3cfe) # v3.0.0
set(KABAR_YYJSON_TAG 0.12.0)

# kabar_bundled(NAME HEADER LIBRARY…): NAME as an imported target from .deps, if it is there.
function(kabar_bundled name header)
  find_path(${name}_DEPS_INCLUDE ${header} PATHS ${KABAR_DEPS}/include NO_DEFAULT_PATH)
  find_library(${name}_DEPS_LIBRARY NAMES ${ARGN} NO_DEFAULT_PATH
               PATHS ${KABAR_DEPS}/lib ${KABAR_DEPS}/lib/${CMAKE_LIBRARY_ARCHITECTURE})
  mark_as_advanced(${name}_DEPS_INCLUDE ${name}_DEPS_LIBRARY)
  if(${name}_DEPS_INCLUDE AND ${name}_DEPS_LIBRARY)
    add_library(${name} UNKNOWN IMPORTED GLOBAL)
    set_target_properties(${name} PROPERTIES
      IMPORTED_LOCATION ${${name}_DEPS_LIBRARY}
      INTERFACE_INCLUDE_DIRECTORIES ${${name}_DEPS_INCLUDE})
  endif()
endfunction()

# kabar_system(NAME HEADER PACKAGE LIBRARY…): the same from the system; PACKAGE is what
# Debian calls it, for the message.
function(kabar_system name header package)
  find_path(${name}_INCLUDE ${header} PATH_SUFFIXES libxml2)
  find_library(${name}_LIBRARY NAMES ${ARGN})
  mark_as_advanced(${name}_INCLUDE ${name}_LIBRARY)
  if(${name}_INCLUDE AND ${name}_LIBRARY)
    add_library(${name} UNKNOWN IMPORTED GLOBAL)
    set_target_properties(${name} PROPERTIES IMPORTED_LOCATION ${${name}_LIBRARY})
    if(NOT ${name}_INCLUDE IN_LIST CMAKE_C_IMPLICIT_INCLUDE_DIRECTORIES)
      set_target_properties(${name} PROPERTIES
        INTERFACE_INCLUDE_DIRECTORIES ${${name}_INCLUDE})
    endif()
  elseif(package)
    message(FATAL_ERROR "${header} or its library is missing.  On Debian and Ubuntu "
      "`./dev setup` installs it (package ${package}); elsewhere install the system's "
      "package, or point CMAKE_PREFIX_PATH at it.")
  endif()
endfunction()

# kabar_download(NAME ADDRESS TAG): the sources of a project; a message where git or the
# network fails would only name the tag, so this one says what else there is to do.
macro(kabar_download name address tag)
  if(NOT KABAR_FETCH)
    message(FATAL_ERROR "${name} is missing and KABAR_FETCH is off.  On Debian "
      "`./dev setup` unpacks it; elsewhere install the system's package.")
  endif()
  message(STATUS "${name}: not in .deps, not in the system; fetching ${tag}")
  include(FetchContent)
  # The empty sub-folder keeps FetchContent from adding the project with its install rules.
  FetchContent_Declare(${name} GIT_REPOSITORY ${address} GIT_TAG ${tag}
                       SOURCE_SUBDIR .only-the-sources)
  FetchContent_MakeAvailable(${name})
  set(BUILD_SHARED_LIBS OFF)
  set(CMAKE_POLICY_VERSION_MINIMUM 3.5) # the projects name older ones
  add_subdirectory(${${name}_SOURCE_DIR} ${${name}_BINARY_DIR} EXCLUDE_FROM_ALL)
endmacro()

# kabar_version(OUT FILE PREFIX): the version that a header's macros tell, or 0.
function(kabar_version out file prefix)
  set(version)
  if(EXISTS ${file})
    foreach(part MAJOR MINOR PATCH)
      file(STRINGS ${file} line REGEX "define ${prefix}_${part} +[0-9]+" LIMIT_COUNT 1)
      string(REGEX MATCH "[0-9]+" number "${line}")
      list(APPEND version ${number})
    endforeach()
  endif()
  list(JOIN version . version)
  set(${out} "0${version}" PARENT_SCOPE)
endfunction()

# ---- lexbor 3: HTML, WHATWG encodings and URLs ------------------------------------------

kabar_bundled(kabar_lexbor lexbor/html/html.h liblexbor_static.a)
set(KABAR_LEXBOR_FROM bundled)
if(NOT TARGET kabar_lexbor)
  set(KABAR_LEXBOR_FROM system)
  find_path(kabar_lexbor_INCLUDE lexbor/html/html.h)
  kabar_version(version ${kabar_lexbor_INCLUDE}/lexbor/core/base.h LEXBOR_VERSION)
  if(version VERSION_GREATER_EQUAL 3.0)
    kabar_system(kabar_lexbor lexbor/html/html.h "" lexbor)
  endif()
endif()
if(NOT TARGET kabar_lexbor)
  set(KABAR_LEXBOR_FROM fetched)
  set(LEXBOR_BUILD_SHARED OFF CACHE BOOL "" FORCE)
  set(LEXBOR_BUILD_STATIC ON CACHE BOOL "" FORCE)
  kabar_download(lexbor https://github.com/lexbor/lexbor.git ${KABAR_LEXBOR_COMMIT})
  add_library(kabar_lexbor INTERFACE)
  target_link_libraries(kabar_lexbor INTERFACE lexbor_static)
  target_include_directories(kabar_lexbor SYSTEM INTERFACE ${lexbor_SOURCE_DIR}/source)
endif()

# ---- yyjson 0.12: JSON in ------------------------------------------------------------------

kabar_bundled(kabar_yyjson yyjson.h yyjson)
set(KABAR_YYJSON_FROM bundled)
if(NOT TARGET kabar_yyjson)
  set(KABAR_YYJSON_FROM system)
  find_path(kabar_yyjson_INCLUDE yyjson.h)
  kabar_version(version ${kabar_yyjson_INCLUDE}/yyjson.h YYJSON_VERSION)
  if(version VERSION_GREATER_EQUAL 0.12)
    kabar_system(kabar_yyjson yyjson.h "" yyjson)
  endif()
endif()
if(NOT TARGET kabar_yyjson)
  set(KABAR_YYJSON_FROM fetched)
  kabar_download(yyjson https://github.com/ibireme/yyjson.git ${KABAR_YYJSON_TAG})
  add_library(kabar_yyjson INTERFACE)
  target_link_libraries(kabar_yyjson INTERFACE yyjson)
  target_include_directories(kabar_yyjson SYSTEM INTERFACE ${yyjson_SOURCE_DIR}/src)
endif()

message(STATUS "lexbor: ${KABAR_LEXBOR_FROM}; yyjson: ${KABAR_YYJSON_FROM}")

# ---- what every system has -----------------------------------------------------------

kabar_system(kabar_cld2 cld2/public/compact_lang_det.h libcld2-dev cld2)
kabar_system(kabar_uchardet uchardet/uchardet.h libuchardet-dev uchardet)
kabar_system(kabar_utf8proc utf8proc.h libutf8proc-dev utf8proc)
kabar_system(kabar_xml2 libxml/parser.h libxml2-dev xml2)
kabar_system(kabar_stemmer libstemmer.h libstemmer-dev stemmer)
kabar_system(kabar_curl curl/curl.h libcurl4-openssl-dev curl)
kabar_system(kabar_crypto openssl/hmac.h libssl-dev crypto)
kabar_system(kabar_zstd zstd.h libzstd-dev zstd)
kabar_system(kabar_brotli brotli/decode.h libbrotli-dev brotlidec)
kabar_system(kabar_sqlite sqlite3.h libsqlite3-dev sqlite3)
kabar_system(kabar_pcre2 pcre2.h libpcre2-dev pcre2-8)
kabar_system(kabar_microhttpd microhttpd.h libmicrohttpd-dev microhttpd)
kabar_system(kabar_sodium sodium.h libsodium-dev sodium)
