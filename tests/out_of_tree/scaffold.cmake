# Run by a test: starts a connector for each role with the installed program, builds it against the installed SDK in
# WORK/prefix, and sees its checks fail for the stubs. Then fills them (the platform with FILLED; books are as payments), and
# sees the checks pass.
set(handoff ${WORK}/prefix/bin/handoff)
set(scaffolds ${WORK}/scaffolds)

# run(WANTED COMMAND...): fails unless the command succeeds (WANTED "0") or fails ("no") as wanted.
function(run wanted)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE text ERROR_VARIABLE text
                  WORKING_DIRECTORY ${scaffolds})
  if((wanted STREQUAL "0" AND NOT status EQUAL 0) OR (wanted STREQUAL "no" AND status EQUAL 0))
    list(JOIN ARGN " " line)
    message(FATAL_ERROR "${line}: ended with ${status}\n${text}")
  endif()
  set(said "${text}" PARENT_SCOPE)
endfunction()

function(build name testing)
  run(0 ${CMAKE_COMMAND} -G Ninja -S ${name} -B ${name}/build -DCMAKE_PREFIX_PATH=${WORK}/prefix -DCMAKE_CXX_COMPILER=${GCC}
      -DCMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER} -DCMAKE_CXX_FLAGS=-Werror -DBUILD_TESTING=${testing})
  run(0 ${CMAKE_COMMAND} --build ${name}/build)
endfunction()

function(expect_stubs text)
  if(NOT text MATCHES "is a stub")
    message(FATAL_ERROR "no word of a stub in:\n${text}")
  endif()
endfunction()

file(REMOVE_RECURSE ${scaffolds})
file(MAKE_DIRECTORY ${scaffolds})
foreach(role platform payments erp storefront pos customers notify)
  run(0 ${handoff} connector new linden_${role} --role ${role})
  run(no ${handoff} connector new linden_${role} --role ${role})  # what is there is not written over
endforeach()
foreach(role payments erp storefront pos customers notify)
  build(linden_${role} OFF)
  run(no ${handoff} connector test linden_${role}/build/libhandoff-linden_${role}.so)
  expect_stubs("${said}")
endforeach()

run(0 ${handoff} connector new linden_points --role platform)
build(linden_points ON)
run(0 ${handoff} lint --no-secrets linden_points/handoff.toml)
run(no ${CMAKE_CTEST_COMMAND} --test-dir linden_points/build --output-on-failure -R HasNoStubLeft)
expect_stubs("${said}")
run(no ${CMAKE_CTEST_COMMAND} --test-dir linden_points/build --output-on-failure -R Conformance)
expect_stubs("${said}")

function(fill name from)
  file(COPY ${from}/ DESTINATION ${scaffolds}/${name})
  file(GLOB_RECURSE filled RELATIVE ${from} ${from}/*)
  foreach(file ${filled})
    file(TOUCH ${scaffolds}/${name}/${file})  # what is copied keeps its times, older than what was built
  endforeach()
  build(${name} ON)
  run(0 ${CMAKE_CTEST_COMMAND} --test-dir ${name}/build --output-on-failure --no-tests=error)
endfunction()
fill(linden_points ${FILLED})
foreach(role payments storefront pos customers notify)
  fill(linden_${role} ${CMAKE_CURRENT_LIST_DIR}/filled_${role})
endforeach()
run(0 ${handoff} lint --no-secrets linden_points/handoff.toml)

# What each role says of a hub's configuration, beside a platform that is filled.
file(READ ${scaffolds}/linden_points/handoff.toml hub)
foreach(role payments erp storefront pos customers notify)
  string(REPLACE "directories = [\"build\"]" "directories = [\"linden_points/build\", \"linden_${role}/build\"]" whole "${hub}")
  file(READ ${scaffolds}/linden_${role}/connector.toml part)
  file(WRITE ${scaffolds}/with_${role}.toml "${whole}\n${part}")
  run(0 ${handoff} lint --no-secrets with_${role}.toml)
endforeach()
