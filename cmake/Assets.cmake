# What kabar_core needs besides its sources.  Included once the target exists.

# ---- assets/lang and assets/names: compiled in as finished tables -----------------------

# kb_tables is built of the library's own reader of these files and runs while building, on
# the machine that builds; a fault in a file ends the build with its line.  Who compiles
# for another machine builds kb_tables natively first (`cmake --build … --target kb_tables
# kb_letters kb_embed`) and names the folder of the three: -DKABAR_HOST_TOOLS=DIR.  With
# CMAKE_CROSSCOMPILING_EMULATOR nothing is needed.
set(KABAR_HOST_TOOLS "" CACHE PATH "Folder of native kb_tables, kb_letters and kb_embed")

if(KABAR_HOST_TOOLS)
  foreach(tool tables letters embed)
    add_executable(kb_${tool} IMPORTED)
    set_target_properties(kb_${tool} PROPERTIES
      IMPORTED_LOCATION ${KABAR_HOST_TOOLS}/kb_${tool})
  endforeach()
else()
  add_executable(kb_embed ${CMAKE_CURRENT_SOURCE_DIR}/tools/embed.c)
  set(sources tools/tables.c)
  foreach(name base/arena base/buf base/status base/str lang/calendar lang/lexicon
               lang/lexicon_file lang/names lang/names_file lang/terms lang/words)
    list(APPEND sources src/${name}.c)
  endforeach()
  list(TRANSFORM sources PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/)
  add_executable(kb_tables ${sources})
  target_include_directories(kb_tables PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/src)
  target_compile_definitions(kb_tables PRIVATE _POSIX_C_SOURCE=200809L)
  target_link_libraries(kb_tables PRIVATE kabar_flags kabar_utf8proc)
  add_executable(kb_letters ${CMAKE_CURRENT_SOURCE_DIR}/tools/letters.c
                            ${CMAKE_CURRENT_SOURCE_DIR}/src/base/str.c)
  target_include_directories(kb_letters PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/src)
  target_compile_definitions(kb_letters PRIVATE _POSIX_C_SOURCE=200809L)
  target_link_libraries(kb_letters PRIVATE kabar_flags kabar_utf8proc)
endif()

set(KABAR_TABLES ${CMAKE_CURRENT_BINARY_DIR}/assets/tables.c)
file(MAKE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/assets)
file(GLOB KABAR_LANG_FILES CONFIGURE_DEPENDS
     ${CMAKE_CURRENT_SOURCE_DIR}/assets/lang/*.lang)
file(GLOB KABAR_NAMES_FILES CONFIGURE_DEPENDS
     ${CMAKE_CURRENT_SOURCE_DIR}/assets/names/*.names)
add_custom_command(
  OUTPUT ${KABAR_TABLES}
  COMMAND kb_tables ${KABAR_TABLES} ${KABAR_LANG_FILES} ${KABAR_NAMES_FILES}
  DEPENDS kb_tables ${KABAR_LANG_FILES} ${KABAR_NAMES_FILES}
  COMMENT "Making the tables of assets/lang and assets/names"
  VERBATIM)
target_sources(kabar_core PRIVATE ${KABAR_TABLES})

# ---- assets/letters: the Latin letters for all others ------------------------------------

set(KABAR_LETTERS ${CMAKE_CURRENT_BINARY_DIR}/assets/letters.c)
file(GLOB KABAR_LETTERS_FILES CONFIGURE_DEPENDS
     ${CMAKE_CURRENT_SOURCE_DIR}/assets/letters/*.letters)
add_custom_command(
  OUTPUT ${KABAR_LETTERS}
  COMMAND kb_letters ${KABAR_LETTERS} ${KABAR_LETTERS_FILES}
  DEPENDS kb_letters ${KABAR_LETTERS_FILES}
  COMMENT "Making the table of assets/letters"
  VERBATIM)
target_sources(kabar_core PRIVATE ${KABAR_LETTERS})
if(KABAR_LTO_COMPILE) # there is nothing in it to optimise
  set_source_files_properties(${KABAR_TABLES} ${KABAR_LETTERS} PROPERTIES COMPILE_OPTIONS -fno-lto)
endif()

# ---- assets/places: names of places in all languages, as they are -------------------------

set(KABAR_PLACES ${CMAKE_CURRENT_BINARY_DIR}/assets/places.c)
set(KABAR_PLACES_FILE ${CMAKE_CURRENT_SOURCE_DIR}/assets/places/places.names)
add_custom_command(
  OUTPUT ${KABAR_PLACES}
  COMMAND kb_embed ${KABAR_PLACES} kb_places_files story/places.h ${KABAR_PLACES_FILE}
  DEPENDS kb_embed ${KABAR_PLACES_FILE}
  COMMENT "Making the table of assets/places"
  VERBATIM)
target_sources(kabar_core PRIVATE ${KABAR_PLACES})

# ---- CLD2's large tables -------------------------------------------------------------------

# libcld2 tells 83 languages apart.  libcld2_full (in the same Debian package) is the
# tables for 160, Zulu, Xhosa and Hausa among them; it has no code: it stands before
# libcld2, and so the dynamic linker takes its tables.  Without it all works, with fewer
# languages.
if(UNIX AND NOT APPLE)
  find_library(KABAR_CLD2_FULL_LIBRARY cld2_full)
  mark_as_advanced(KABAR_CLD2_FULL_LIBRARY)
  if(KABAR_CLD2_FULL_LIBRARY)
    target_link_options(kabar_core PUBLIC # unless who links it loads them itself (Late.cmake)
      "$<$<NOT:$<BOOL:$<TARGET_PROPERTY:KABAR_LATE_TABLES>>>:LINKER:--push-state,\
--no-as-needed,${KABAR_CLD2_FULL_LIBRARY},--pop-state>")
  endif()
endif()
