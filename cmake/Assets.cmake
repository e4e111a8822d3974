# The files of assets/ that are compiled in.  Included once kabar_core exists.
add_executable(kb_embed ${CMAKE_CURRENT_SOURCE_DIR}/tools/embed.c)

file(GLOB KB_LANG_FILES CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/assets/lang/*.lang)
set(KB_LANG_SOURCE ${CMAKE_CURRENT_BINARY_DIR}/assets/lang.c)
file(MAKE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/assets)
add_custom_command(
  OUTPUT ${KB_LANG_SOURCE}
  COMMAND kb_embed ${KB_LANG_SOURCE} kb_assets_lang lang/asset.h ${KB_LANG_FILES}
  DEPENDS kb_embed ${KB_LANG_FILES}
  COMMENT "Embedding assets/lang"
  VERBATIM)
target_sources(kabar_core PRIVATE ${KB_LANG_SOURCE})
