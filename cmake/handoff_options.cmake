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

# Most of what a file takes to compile is headers, the same ones in each of hundreds of files. What is shipped is
# compiled file by file: `release`, and `clang` beside it, which also shows what a file forgets to include.
option(HANDOFF_UNITY "Compile sources ten at a time" OFF)
macro(handoff_compile_together)
  set(CMAKE_UNITY_BUILD ${HANDOFF_UNITY})
  set(CMAKE_UNITY_BUILD_BATCH_SIZE 10)
  if(HANDOFF_UNITY AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-Wno-subobject-linkage>)  # it takes an included source for a header
    if(HANDOFF_SANITIZE)  # as in core/config: libstdc++ 12's <regex> looks uninitialised to it when it is instrumented
      add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-Wno-maybe-uninitialized>)
    endif()
  endif()
endmacro()

add_library(handoff_build INTERFACE)
target_compile_options(handoff_build INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")  # libstdc++ 12's stable_sort uses what C++17 deprecates; of ours g++ tells
  target_compile_options(handoff_build INTERFACE -Wno-deprecated-declarations)
endif()
target_compile_definitions(handoff_build INTERFACE _GLIBCXX_ASSERTIONS)
if(CMAKE_BUILD_TYPE STREQUAL "Release" OR CMAKE_BUILD_TYPE STREQUAL "RelWithDebInfo")
  if(NOT HANDOFF_SANITIZE)
    target_compile_definitions(handoff_build INTERFACE _FORTIFY_SOURCE=2)
  endif()
  target_compile_options(handoff_build INTERFACE -fstack-protector-strong)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")  # nobody replaces our functions from outside: they may be inlined
    target_compile_options(handoff_build INTERFACE -fno-semantic-interposition)
  endif()
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

# handoff_library(NAME SOURCES... DEPENDS...): one static library for one folder of core.
# A folder that is not listed in DEPENDS does not link: that is how the arrows of docs/ARCHITECTURE.md are held.
function(handoff_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPENDS;PRIVATE_DEPENDS" ${ARGN})
  add_library(${name} STATIC ${arg_SOURCES})
  target_compile_features(${name} PUBLIC cxx_std_23)
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PUBLIC ${arg_DEPENDS} PRIVATE handoff_build ${arg_PRIVATE_DEPENDS})
endfunction()
