# Run by a test: installs the SDK from BUILD, then configures and builds EXAMPLE against the installed copy, once with
# GCC and libstdc++ (and runs its own tests), once with CLANG and libc++.
function(run)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE status OUTPUT_VARIABLE text ERROR_VARIABLE text)
  if(NOT status EQUAL 0)
    list(JOIN ARGV " " line)
    message(FATAL_ERROR "${line}\n${text}")
  endif()
endfunction()

file(REMOVE_RECURSE ${WORK})
run(${CMAKE_COMMAND} --install ${BUILD} --component sdk --prefix ${WORK}/prefix)
# Copied, so that nothing of this tree can be found by a lucky relative path.
file(COPY ${EXAMPLE} DESTINATION ${WORK})
get_filename_component(name ${EXAMPLE} NAME)

run(${CMAKE_COMMAND} -G Ninja -S ${WORK}/${name} -B ${WORK}/gcc -DCMAKE_PREFIX_PATH=${WORK}/prefix
    -DCMAKE_CXX_COMPILER=${GCC} -DCMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER} -DCMAKE_CXX_FLAGS=-Werror)
run(${CMAKE_COMMAND} --build ${WORK}/gcc)
run(${CMAKE_CTEST_COMMAND} --test-dir ${WORK}/gcc --output-on-failure --no-tests=error)

if(CLANG)
  # Without the example's tests: the system's GoogleTest is built for the other standard library.
  run(${CMAKE_COMMAND} -G Ninja -S ${WORK}/${name} -B ${WORK}/clang -DCMAKE_PREFIX_PATH=${WORK}/prefix
      -DCMAKE_CXX_COMPILER=${CLANG} -DCMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER} "-DCMAKE_CXX_FLAGS=-stdlib=libc++ -Werror"
      -DBUILD_TESTING=OFF)
  run(${CMAKE_COMMAND} --build ${WORK}/clang)
endif()
