# What kabar_core needs besides its sources.  Included once the target exists.

# ---- the files of assets/ that are compiled in ------------------------------------------

add_executable(kb_embed ${CMAKE_CURRENT_SOURCE_DIR}/tools/embed.c)

file(MAKE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/assets)
foreach(part lang names)
  file(GLOB files CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/assets/${part}/*.${part})
  set(source ${CMAKE_CURRENT_BINARY_DIR}/assets/${part}.c)
  add_custom_command(
    OUTPUT ${source}
    COMMAND kb_embed ${source} kb_assets_${part} lang/asset.h ${files}
    DEPENDS kb_embed ${files}
    COMMENT "Embedding assets/${part}"
    VERBATIM)
  target_sources(kabar_core PRIVATE ${source})
endforeach()

# ---- CLD2's large tables -------------------------------------------------------------------

# libcld2 tells 83 languages apart.  libcld2_full (in the same Debian package) is the
# tables for 160, Zulu, Xhosa and Hausa among them; it has no code: it stands before
# libcld2, and so the dynamic linker takes its tables.  Without it all works, with fewer
# languages.
if(UNIX AND NOT APPLE)
  find_library(KABAR_CLD2_FULL_LIBRARY cld2_full)
  mark_as_advanced(KABAR_CLD2_FULL_LIBRARY)
  if(KABAR_CLD2_FULL_LIBRARY)
    target_link_options(kabar_core PUBLIC
      "LINKER:--push-state,--no-as-needed,${KABAR_CLD2_FULL_LIBRARY},--pop-state")
  endif()
endif()
