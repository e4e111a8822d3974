# libkabar.so and libkabar.a, made of kabar_core's objects.  kabar_* is all that a program
# sees of either.

set(KABAR_SOVERSION 0)

# ---- shared --------------------------------------------------------------------------

set(KABAR_MAP ${CMAKE_CURRENT_SOURCE_DIR}/cmake/kabar.map)
add_library(kabar_shared SHARED $<TARGET_OBJECTS:kabar_core>)
set_target_properties(kabar_shared PROPERTIES
  OUTPUT_NAME kabar
  LINKER_LANGUAGE CXX
  VERSION ${PROJECT_VERSION}
  SOVERSION ${KABAR_SOVERSION}
  LINK_DEPENDS ${KABAR_MAP})
target_link_libraries(kabar_shared PRIVATE
  kabar_lexbor kabar_yyjson kabar_cld2 kabar_uchardet kabar_utf8proc kabar_xml2
  kabar_stemmer m)
target_link_options(kabar_shared PRIVATE
  ${KABAR_LTO_LINK} -Wl,--version-script=${KABAR_MAP} -Wl,--as-needed)
if(NOT KABAR_SANITIZE) # a sanitizer's functions are the program's
  target_link_options(kabar_shared PRIVATE -Wl,--no-undefined)
endif()
if(KABAR_CLD2_FULL_LIBRARY)
  target_link_options(kabar_shared PRIVATE
    "LINKER:--push-state,--no-as-needed,${KABAR_CLD2_FULL_LIBRARY},--pop-state")
endif()

# ---- static --------------------------------------------------------------------------

# The objects and, unless it is the system's, lexbor become one relocatable object whose
# other symbols are made local: a program may link a lexbor of its own beside it.
set(KABAR_MERGED)
if(KABAR_LEXBOR_FROM STREQUAL "bundled")
  list(APPEND KABAR_MERGED ${kabar_lexbor_DEPS_LIBRARY})
elseif(KABAR_LEXBOR_FROM STREQUAL "fetched")
  list(APPEND KABAR_MERGED $<TARGET_FILE:lexbor_static>)
endif()
if(KABAR_YYJSON_FROM STREQUAL "fetched")
  list(APPEND KABAR_MERGED $<TARGET_FILE:yyjson>)
endif()

set(KABAR_STATIC ${CMAKE_CURRENT_BINARY_DIR}/libkabar.a)
set(KABAR_STATIC_OBJECT ${CMAKE_CURRENT_BINARY_DIR}/kabar-merged.o)
add_custom_command(
  OUTPUT ${KABAR_STATIC}
  DEPENDS kabar_core ${KABAR_MERGED}
  COMMAND ${CMAKE_LINKER} -r --force-group-allocation -o ${KABAR_STATIC_OBJECT}
          $<TARGET_OBJECTS:kabar_core> ${KABAR_MERGED}
  COMMAND ${CMAKE_OBJCOPY} -w --keep-global-symbol=kabar_* ${KABAR_LTO_DROP}
          ${KABAR_STATIC_OBJECT}
  COMMAND ${CMAKE_COMMAND} -E rm -f ${KABAR_STATIC}
  COMMAND ${CMAKE_AR} rcs ${KABAR_STATIC} ${KABAR_STATIC_OBJECT}
  COMMAND ${CMAKE_COMMAND} -E rm -f ${KABAR_STATIC_OBJECT}
  COMMAND_EXPAND_LISTS VERBATIM
  COMMENT "Merging libkabar.a")
add_custom_target(kabar_static ALL DEPENDS ${KABAR_STATIC})
