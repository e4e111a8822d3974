# What an installed kabar consists of.  Every path is relative to the prefix, so that
# `cmake --install … --prefix X` and DESTDIR need no second configuration.

set(KABAR_PRIVATE_LIBDIR ${CMAKE_INSTALL_LIBDIR}/kabar)
set(KABAR_CMAKEDIR ${CMAKE_INSTALL_LIBDIR}/cmake/kabar)
set(KABAR_PCDIR ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

install(FILES include/kabar.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(TARGETS kabar_shared LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(FILES ${KABAR_STATIC} DESTINATION ${CMAKE_INSTALL_LIBDIR})
if(TARGET kabar)
  install(TARGETS kabar RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()

# ---- yyjson from .deps: shared alone, so it is installed where nobody else looks --------

set(KABAR_STATIC_LIBS)
if(KABAR_LEXBOR_FROM STREQUAL "system")
  list(APPEND KABAR_STATIC_LIBS lexbor)
endif()
set(KABAR_STATIC_FLAGS)
set(KABAR_BUNDLED_YYJSON)
if(KABAR_YYJSON_FROM STREQUAL "bundled")
  file(REAL_PATH ${kabar_yyjson_DEPS_LIBRARY} KABAR_YYJSON_FILE)
  set(KABAR_BUNDLED_YYJSON libyyjson.so.0)
  install(FILES ${KABAR_YYJSON_FILE} DESTINATION ${KABAR_PRIVATE_LIBDIR}
          RENAME ${KABAR_BUNDLED_YYJSON})
  file(RELATIVE_PATH KABAR_BIN_TO_LIB ${CMAKE_INSTALL_FULL_BINDIR}
       ${CMAKE_INSTALL_FULL_LIBDIR}/kabar)
  set_target_properties(kabar_shared PROPERTIES INSTALL_RPATH "$ORIGIN/kabar")
  if(TARGET kabar)
    set_target_properties(kabar PROPERTIES INSTALL_RPATH "$ORIGIN/${KABAR_BIN_TO_LIB}")
  endif()
  set(KABAR_STATIC_FLAGS "-L\${libdir}/kabar -l:${KABAR_BUNDLED_YYJSON} \
-Wl,-rpath,\${libdir}/kabar ")
elseif(KABAR_YYJSON_FROM STREQUAL "system")
  list(APPEND KABAR_STATIC_LIBS yyjson)
endif()
list(APPEND KABAR_STATIC_LIBS cld2 uchardet utf8proc xml2 stemmer stdc++ m)
list(TRANSFORM KABAR_STATIC_LIBS PREPEND "-l")
if(KABAR_CLD2_FULL_LIBRARY) # before cld2, whose tables it replaces
  list(PREPEND KABAR_STATIC_LIBS
       -Wl,--push-state,--no-as-needed -lcld2_full -Wl,--pop-state)
endif()
list(JOIN KABAR_STATIC_LIBS " " KABAR_STATIC_LIBS_LINE)
string(APPEND KABAR_STATIC_FLAGS "${KABAR_STATIC_LIBS_LINE}")

# ---- pkg-config and CMake packages ----------------------------------------------------

if(IS_ABSOLUTE ${CMAKE_INSTALL_LIBDIR})
  set(KABAR_PC_PREFIX ${CMAKE_INSTALL_PREFIX})
  set(KABAR_PC_LIBDIR ${CMAKE_INSTALL_LIBDIR})
else()
  file(RELATIVE_PATH KABAR_PC_UP /p/${KABAR_PCDIR} /p)
  string(REGEX REPLACE "/$" "" KABAR_PC_UP ${KABAR_PC_UP})
  set(KABAR_PC_PREFIX "\${pcfiledir}/${KABAR_PC_UP}")
  set(KABAR_PC_LIBDIR "\${prefix}/${CMAKE_INSTALL_LIBDIR}")
endif()
if(IS_ABSOLUTE ${CMAKE_INSTALL_INCLUDEDIR})
  set(KABAR_PC_INCLUDEDIR ${CMAKE_INSTALL_INCLUDEDIR})
else()
  set(KABAR_PC_INCLUDEDIR "\${prefix}/${CMAKE_INSTALL_INCLUDEDIR}")
endif()
configure_file(packaging/kabar.pc.in kabar.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/kabar.pc DESTINATION ${KABAR_PCDIR})

include(CMakePackageConfigHelpers)
configure_package_config_file(packaging/kabar-config.cmake.in kabar-config.cmake
  INSTALL_DESTINATION ${KABAR_CMAKEDIR}
  PATH_VARS CMAKE_INSTALL_INCLUDEDIR CMAKE_INSTALL_LIBDIR
  NO_CHECK_REQUIRED_COMPONENTS_MACRO)
write_basic_package_version_file(kabar-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/kabar-config.cmake
              ${CMAKE_CURRENT_BINARY_DIR}/kabar-config-version.cmake
        DESTINATION ${KABAR_CMAKEDIR})

# ---- documents -----------------------------------------------------------------------

# kabar_install_files(DESTINATION GLOB…): whatever of these is there.
function(kabar_install_files destination)
  file(GLOB files CONFIGURE_DEPENDS ${ARGN})
  if(files)
    install(FILES ${files} DESTINATION ${destination})
  endif()
endfunction()

kabar_install_files(${CMAKE_INSTALL_MANDIR}/man1 docs/man/*.1)
kabar_install_files(${CMAKE_INSTALL_MANDIR}/man3 docs/man/*.3)
kabar_install_files(${CMAKE_INSTALL_MANDIR}/man5 docs/man/*.5)
kabar_install_files(${CMAKE_INSTALL_DOCDIR}
  README.md LICENSE NOTICE THIRD-PARTY.md CHANGELOG.md)

# The three shells' completions under the names by which they are found.
function(kabar_install_completion source destination name)
  install(FILES completions/${source} DESTINATION ${CMAKE_INSTALL_DATADIR}/${destination}
          RENAME ${name})
endfunction()
kabar_install_completion(kabar.bash bash-completion/completions kabar)
kabar_install_completion(_kabar zsh/site-functions _kabar)
kabar_install_completion(kabar.fish fish/vendor_completions.d kabar.fish)

# ---- the service -----------------------------------------------------------------------

option(KABAR_SYSTEMD "Install systemd's units" ON)
if(KABAR_SYSTEMD AND TARGET kabar)
  # The prefix is known for good when it is installed.
  install(CODE "
    set(KABAR_PROGRAM ${CMAKE_INSTALL_BINDIR}/kabar)
    cmake_path(ABSOLUTE_PATH KABAR_PROGRAM BASE_DIRECTORY \"\${CMAKE_INSTALL_PREFIX}\")
    configure_file(${CMAKE_CURRENT_SOURCE_DIR}/packaging/systemd/kabar.service.in
      ${CMAKE_CURRENT_BINARY_DIR}/kabar.service @ONLY)")
  install(FILES ${CMAKE_CURRENT_BINARY_DIR}/kabar.service packaging/systemd/kabar.socket
          DESTINATION lib/systemd/system)
  install(FILES packaging/systemd/kabar.sysusers DESTINATION lib/sysusers.d
          RENAME kabar.conf)
endif()
