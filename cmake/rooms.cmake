option(AXLLAMA_TESTS "build the tests" OFF)

# Compile options of our own code.
function(axllama_own_code target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wconversion -Werror)
  # GCC 12 sees overlapping copies and uninitialised strings in its own optimised library code.
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    target_compile_options(${target} PRIVATE
      $<$<NOT:$<CONFIG:Debug>>:-Wno-restrict;-Wno-maybe-uninitialized>)
  endif()
  # clang complains of what GCC's library does inside std::stable_sort, and takes -Wconversion to
  # mean signs too, which GCC does not in C++.
  if(CMAKE_CXX_COMPILER_ID STREQUAL Clang)
    target_compile_options(${target} PRIVATE -Wno-deprecated-declarations -Wno-sign-conversion)
  endif()
  target_include_directories(${target} PRIVATE ${CMAKE_SOURCE_DIR}/src)
endfunction()

# axllama_room(FOLDER [NAME name] [USES rooms] [LIBS libraries] [TEST_USES rooms])
#
# A static library of src/FOLDER/*.cc and, from the *_test.cc beside them, one test program.
# LIBS stay behind the border: other rooms link them, but don't see their headers through ours.
function(axllama_room folder)
  cmake_parse_arguments(ROOM "" "NAME" "USES;LIBS;TEST_USES" ${ARGN})
  set(name ${folder})
  if(ROOM_NAME)
    set(name ${ROOM_NAME})
  endif()
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${folder}/*.cc)
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "_test\\.cc$")
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  if(name STREQUAL runner)  # its protocol is a library of its own: all that serve may see
    list(FILTER sources EXCLUDE REGEX "/protocol\\.cc$")
    add_library(runner_protocol STATIC ${CMAKE_SOURCE_DIR}/src/runner/protocol.cc)
    target_link_libraries(runner_protocol PUBLIC core PRIVATE ${ROOM_LIBS})
    axllama_own_code(runner_protocol)
    list(APPEND ROOM_USES runner_protocol)
  endif()
  if(NOT sources)
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE ${ROOM_USES})
    return()
  endif()
  add_library(${name} STATIC ${sources})
  target_link_libraries(${name} PUBLIC ${ROOM_USES} PRIVATE ${ROOM_LIBS})
  axllama_own_code(${name})
  if(AXLLAMA_TESTS AND tests)
    find_package(GTest REQUIRED)
    add_executable(${name}_test ${tests})
    target_link_libraries(${name}_test PRIVATE ${name} ${ROOM_TEST_USES} ${ROOM_LIBS}
                          test_places GTest::gmock GTest::gtest_main)
    axllama_own_code(${name}_test)
    include(GoogleTest)
    gtest_discover_tests(${name}_test DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 120
                         PROPERTIES TIMEOUT 300)
  endif()
endfunction()
