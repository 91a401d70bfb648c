# handoff_add_connector(NAME SOURCES a.cpp b.cpp ... [MANIFEST file])
#
# Builds libhandoff-NAME.so with one exported symbol from the sources and the folder's connector.json, or MANIFEST:
# hidden visibility, a version script, no unique symbols, no unresolved ones (except under AddressSanitizer, whose
# runtime lives in the program), the C++ runtime linked in. The sources are also a static library NAME_parts, for tests.
include_guard(GLOBAL)

function(handoff_add_connector name)
  cmake_parse_arguments(arg "" "MANIFEST" "SOURCES" ${ARGN})
  set(manifest ${CMAKE_CURRENT_SOURCE_DIR}/connector.json)
  if(arg_MANIFEST)
    set(manifest ${arg_MANIFEST})
  endif()
  set(note ${CMAKE_CURRENT_BINARY_DIR}/${name}_note.cpp)
  configure_file(${CMAKE_CURRENT_FUNCTION_LIST_DIR}/connector_note.cpp.in ${note} @ONLY)
  set_property(SOURCE ${note} APPEND PROPERTY OBJECT_DEPENDS ${manifest})
  set_property(SOURCE ${note} PROPERTY SKIP_UNITY_BUILD_INCLUSION ON)  # which would forget that

  add_library(${name}_parts OBJECT ${arg_SOURCES})
  target_link_libraries(${name}_parts PUBLIC handoff::sdk)
  target_include_directories(${name}_parts PUBLIC ${CMAKE_CURRENT_SOURCE_DIR})
  set_target_properties(${name}_parts PROPERTIES POSITION_INDEPENDENT_CODE ON CXX_VISIBILITY_PRESET hidden
                                                 VISIBILITY_INLINES_HIDDEN ON)
  target_compile_options(${name}_parts PRIVATE -Wall -Wextra -Wpedantic -Wconversion -Wshadow)

  add_library(${name} MODULE ${note})
  target_link_libraries(${name} PRIVATE ${name}_parts)
  set_target_properties(${name} PROPERTIES PREFIX "libhandoff-" LINK_DEPENDS ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/connector.map)
  if(HANDOFF_PLUGIN_OUTPUT_DIRECTORY)
    set_target_properties(${name} PROPERTIES LIBRARY_OUTPUT_DIRECTORY ${HANDOFF_PLUGIN_OUTPUT_DIRECTORY})
  endif()
  target_link_options(${name} PRIVATE -Wl,--version-script=${CMAKE_CURRENT_FUNCTION_LIST_DIR}/connector.map)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(${name}_parts PRIVATE -fno-gnu-unique)
  endif()
  if(NOT HANDOFF_SANITIZE)
    target_link_options(${name} PRIVATE -Wl,-z,defs -static-libgcc -static-libstdc++)
  endif()
endfunction()

# handoff_add_connector_test(NAME SOURCES a_test.cpp ...)
#
# Builds NAME_test from GoogleTest files, NAME's own parts and the test kit, and registers each case with CTest.
# FIXTURES is the path of the folder's fixtures/.
function(handoff_add_connector_test name)
  cmake_parse_arguments(arg "" "" "SOURCES" ${ARGN})
  find_package(GTest REQUIRED)
  include(GoogleTest)
  add_executable(${name}_test ${arg_SOURCES})
  target_link_libraries(${name}_test PRIVATE ${name}_parts handoff::testing GTest::gtest_main)
  target_compile_definitions(${name}_test PRIVATE FIXTURES="${CMAKE_CURRENT_SOURCE_DIR}/fixtures")
  gtest_discover_tests(${name}_test DISCOVERY_MODE PRE_TEST)
endfunction()

# handoff_add_conformance_test(NAME)
#
# Registers NAME.Conformance with CTest: `handoff connector test` over the built connector and the folder's conformance/.
# The program is the one installed with this SDK; HANDOFF_PROGRAM names another.
function(handoff_add_conformance_test name)
  find_program(HANDOFF_PROGRAM handoff HINTS ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/../../../bin
                                             ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/../../../../bin)
  if(NOT HANDOFF_PROGRAM)
    message(FATAL_ERROR "the program handoff is not installed beside the SDK; name it with -DHANDOFF_PROGRAM=...")
  endif()
  add_test(NAME ${name}.Conformance COMMAND ${HANDOFF_PROGRAM} connector test $<TARGET_FILE:${name}>
                                            --cassettes ${CMAKE_CURRENT_SOURCE_DIR}/conformance)
endfunction()
