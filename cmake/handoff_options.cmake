# How everything in this tree is compiled. Targets link `handoff_build` for it.
include_guard(GLOBAL)
include(GNUInstallDirs)

set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 11)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
set(HANDOFF_PLUGIN_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/plugins)

find_program(HANDOFF_CCACHE ccache)
if(HANDOFF_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${HANDOFF_CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${HANDOFF_CCACHE})
endif()

# Bugs for the simulator to find (core/model/planted.hpp), in builds that nobody ships.
option(HANDOFF_PLANT "Let `simulate --plant` switch on a planted bug" OFF)
if(HANDOFF_PLANT)
  if(CMAKE_BUILD_TYPE MATCHES "^(Release|RelWithDebInfo|MinSizeRel)$")
    message(FATAL_ERROR "HANDOFF_PLANT puts bugs into the hub: it is refused for ${CMAKE_BUILD_TYPE}; use the preset 'planted'")
  endif()
  add_compile_definitions(HANDOFF_PLANTED)
endif()

add_library(handoff_build INTERFACE)
target_compile_options(handoff_build INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow)
target_compile_definitions(handoff_build INTERFACE _GLIBCXX_ASSERTIONS)
if(CMAKE_BUILD_TYPE STREQUAL "Release" OR CMAKE_BUILD_TYPE STREQUAL "RelWithDebInfo")
  if(NOT HANDOFF_SANITIZE)
    target_compile_definitions(handoff_build INTERFACE _FORTIFY_SOURCE=2)
  endif()
  target_compile_options(handoff_build INTERFACE -fstack-protector-strong)
  target_link_options(handoff_build INTERFACE -Wl,-z,relro,-z,now)
endif()
if(HANDOFF_SANITIZE STREQUAL "asan-ubsan")
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
elseif(HANDOFF_SANITIZE STREQUAL "tsan")
  add_compile_options(-fsanitize=thread -fno-omit-frame-pointer)
  add_link_options(-fsanitize=thread)
elseif(HANDOFF_SANITIZE STREQUAL "fuzz")
  # Every line reports to libFuzzer; the fuzzers of tests/fuzz link it, everything else keeps its own main.
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
elseif(HANDOFF_SANITIZE STREQUAL "coverage")
  add_compile_options(-fprofile-instr-generate -fcoverage-mapping)
  add_link_options(-fprofile-instr-generate)
elseif(HANDOFF_SANITIZE)
  message(FATAL_ERROR "HANDOFF_SANITIZE is '${HANDOFF_SANITIZE}'; write asan-ubsan, tsan, fuzz, coverage or nothing")
endif()

# What nearly every source includes of the standard library, compiled once: a third of the time of a first build. Where a
# compiler cache has objects already they are kept instead, which precompiled headers would spoil. The other presets do
# without, so that no source lives on another's includes.
set(home_of_cache "$ENV{HOME}/.cache/ccache")
if(DEFINED ENV{CCACHE_DIR})
  set(home_of_cache "$ENV{CCACHE_DIR}")
endif()
set(first_build OFF)
if(CMAKE_BUILD_TYPE STREQUAL "Debug" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND NOT HANDOFF_SANITIZE AND NOT HANDOFF_PLANT
   AND NOT (HANDOFF_CCACHE AND EXISTS "${home_of_cache}"))
  set(first_build ON)
endif()
option(HANDOFF_PRECOMPILE "Precompile the standard library's headers" ${first_build})

# handoff_precompiled(NAME HEADERS...): what handoff_use_precompiled(TARGET NAME) takes over. Both need the same flags.
function(handoff_precompiled name)
  if(NOT HANDOFF_PRECOMPILE)
    return()
  endif()
  file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp CONTENT "// holds the precompiled headers\n")
  add_library(${name} OBJECT ${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp)
  target_compile_features(${name} PRIVATE cxx_std_23)
  target_link_libraries(${name} PRIVATE handoff_build)
  target_precompile_headers(${name} PRIVATE <algorithm> <array> <chrono> <cstdint> <expected> <functional> <iostream> <map>
    <memory> <mutex> <optional> <set> <sstream> <string> <string_view> <thread> <unordered_map> <utility> <variant>
    <vector> ${ARGN})
endfunction()
function(handoff_use_precompiled target name)
  if(HANDOFF_PRECOMPILE)
    target_precompile_headers(${target} REUSE_FROM ${name})
    # A target whose libraries bring macros of their own includes as always, without a word. And g++ 12 sees writes beyond a
    # string's end in moves of it, only with precompiled headers; the other presets keep that warning.
    target_compile_options(${target} PRIVATE -Wno-invalid-pch -Wno-array-bounds)
  endif()
endfunction()
handoff_precompiled(handoff_precompiled_core)

# handoff_library(NAME SOURCES... DEPENDS...): one static library for one folder of core.
# A folder that is not listed in DEPENDS does not link: that is how the arrows of docs/ARCHITECTURE.md are held.
function(handoff_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPENDS;PRIVATE_DEPENDS" ${ARGN})
  add_library(${name} STATIC ${arg_SOURCES})
  target_compile_features(${name} PUBLIC cxx_std_23)
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PUBLIC ${arg_DEPENDS} PRIVATE handoff_build ${arg_PRIVATE_DEPENDS})
  handoff_use_precompiled(${name} handoff_precompiled_core)
endfunction()
