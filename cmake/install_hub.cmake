# What runs a hub, as `cmake --install BUILD --component hub --prefix PREFIX` (docs/guides/operate.md). The programs look
# for lib/handoff/plugins beside themselves, so that folder's name is fixed.
include_guard(GLOBAL)

install(TARGETS handoff handoffd handoff-connector-host RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT hub)
install(TARGETS ${HANDOFF_CONNECTORS} LIBRARY DESTINATION lib/handoff/plugins COMPONENT hub)
install(FILES config/handoff.toml DESTINATION ${CMAKE_INSTALL_DATADIR}/handoff COMPONENT hub)
install(DIRECTORY config/maps DESTINATION ${CMAKE_INSTALL_DATADIR}/handoff COMPONENT hub)
install(FILES LICENSE CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/handoff COMPONENT hub)
# Of the libraries that are compiled into the programs; the others come as packages of their own.
foreach(package libboost1.81-dev libcli11-dev libtomlplusplus-dev libvalijson-dev)
  install(FILES /usr/share/doc/${package}/copyright DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/handoff/licences
          RENAME ${package} COMPONENT hub OPTIONAL)
endforeach()
# Says where the programs came to lie, which only the installation knows.
install(CODE "
  set(HANDOFF_BINDIR \"\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_BINDIR}\")
  configure_file(\"${PROJECT_SOURCE_DIR}/config/handoff.service.in\"
                 \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/lib/systemd/system/handoff.service\" @ONLY)
" COMPONENT hub)
