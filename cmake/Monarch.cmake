# How a room of the house is built: monarch_library(), monarch_service() and monarch_test() know the
# compiler flags, the include root and where unit tests lie, so that a room's own CMakeLists.txt only
# says what it is made of.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)

option(MONARCH_WITH_GRPC "Build what talks gRPC (off for the thread sanitizer and the fuzzers)" ON)
set(MONARCH_SANITIZE "" CACHE STRING "Sanitizers for everything, as -fsanitize= takes them")
option(MONARCH_FUZZ "Build the libFuzzer targets (needs clang)" OFF)

find_program(MONARCH_CCACHE ccache)
if(MONARCH_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${MONARCH_CCACHE})
endif()

add_compile_options(-Wall -Wextra -Wpedantic -Werror)
# clang 14 has coroutines but does not say so in the words that libstdc++ 12 asks for.
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 15)
  add_compile_definitions(__cpp_impl_coroutine=201902L)
endif()
if(MONARCH_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
if(MONARCH_SANITIZE)
  add_compile_options(-fsanitize=${MONARCH_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${MONARCH_SANITIZE})
  if(MONARCH_SANITIZE MATCHES thread)
    # The thread sanitizer does not know fences, and g++ says so with -Werror. Asio fences for handlers
    # that share memory without a lock, which ours do not.
    add_compile_definitions(BOOST_ASIO_DISABLE_FENCED_BLOCK)
  endif()
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    # Its marks before each function are more than the assembler can place beside a coroutine.
    add_compile_options(-fno-sanitize=function)
  elseif(MONARCH_SANITIZE MATCHES undefined)
    # With its null checks g++ 12 takes no function's address for a constant, which the command tables
    # need (GCC bug 71962). A null that is followed still ends the program, under address too.
    add_compile_options(-fno-sanitize=null,nonnull-attribute,returns-nonnull-attribute)
    # And it takes what std::regex moves about for uninitialised (GCC bug 105562).
    add_compile_options(-Wno-maybe-uninitialized)
  endif()
endif()
find_program(MONARCH_MOLD mold)
if(MONARCH_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

add_custom_target(pure_tests)

find_package(Threads REQUIRED)
find_package(GTest REQUIRED)

# Every include names its room: "base/result.hpp", "presence/core/roster.hpp".
include_directories(${CMAKE_SOURCE_DIR}/libs ${CMAKE_SOURCE_DIR}/services ${CMAKE_SOURCE_DIR}/tools)

# monarch_add_rooms(dir…): the given folders, those that exist.
function(monarch_add_rooms)
  foreach(room IN LISTS ARGN)
    if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/${room}/CMakeLists.txt)
      add_subdirectory(${room})
    endif()
  endforeach()
endfunction()

# monarch_library(NAME target DIR folder DEPS …): every .cpp in the folder is the library, every
# *_test.cpp its unit test <target>_test. A folder without sources becomes an interface library.
function(monarch_library)
  cmake_parse_arguments(ARG "" "NAME;DIR" "DEPS;TEST_DEPS" ${ARGN})
  if(NOT ARG_DIR)
    set(ARG_DIR ".")
  endif()
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${ARG_DIR}/*.cpp
       ${CMAKE_CURRENT_SOURCE_DIR}/${ARG_DIR}/commands/*.cpp)
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$|/main\\.cpp$")
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  if(sources)
    add_library(${ARG_NAME} STATIC ${sources})
    target_link_libraries(${ARG_NAME} PUBLIC ${ARG_DEPS})
  else()
    add_library(${ARG_NAME} INTERFACE)
    target_link_libraries(${ARG_NAME} INTERFACE ${ARG_DEPS})
  endif()
  if(tests)
    monarch_test(NAME ${ARG_NAME}_test SOURCES ${tests} DEPS ${ARG_NAME} ${ARG_TEST_DEPS})
    # Rooms that know nothing of the world: their tests are quick to build and run, so that ./dev test
    # runs them under the sanitizers too.
    cmake_path(APPEND room ${CMAKE_CURRENT_SOURCE_DIR} ${ARG_DIR})
    if(room MATCHES "/libs/(base|model|msnp)(/|$)|/services/[a-z]+/core(/|$)")
      add_dependencies(pure_tests ${ARG_NAME}_test)
      set_tests_properties(${ARG_NAME}_test PROPERTIES LABELS "unit;pure")
    endif()
  endif()
endfunction()

# monarch_service(NAME monarch-x SOURCES main.cpp DEPS …): a process of the cluster, or a tool that
# ./dev up needs beside them.
function(monarch_service)
  cmake_parse_arguments(ARG "" "NAME" "SOURCES;DEPS" ${ARGN})
  add_executable(${ARG_NAME} ${ARG_SOURCES})
  target_link_libraries(${ARG_NAME} PRIVATE ${ARG_DEPS})
  target_compile_definitions(${ARG_NAME} PRIVATE MONARCH_VERSION="${PROJECT_VERSION}")
  set_property(GLOBAL APPEND PROPERTY MONARCH_CLUSTER_PROGRAMS ${ARG_NAME})
endfunction()

# monarch_test(NAME x SOURCES … DEPS … [LABELS …] [TIMEOUT s]): a GoogleTest program known to ctest.
function(monarch_test)
  cmake_parse_arguments(ARG "" "NAME;TIMEOUT" "SOURCES;DEPS;LABELS" ${ARGN})
  add_executable(${ARG_NAME} ${ARG_SOURCES})
  target_link_libraries(${ARG_NAME} PRIVATE ${ARG_DEPS} GTest::gmock GTest::gtest_main)
  add_test(NAME ${ARG_NAME} COMMAND ${ARG_NAME})
  if(NOT ARG_LABELS)
    set(ARG_LABELS unit)
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 60)
  endif()
  set_tests_properties(${ARG_NAME} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT ${ARG_TIMEOUT}
                       WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
endfunction()

# monarch_fuzz(NAME x DEPS …): the libFuzzer program x_fuzz from x_fuzz.cpp, built by the preset `fuzz` only
# (its target `fuzzers`), where everything is instrumented. In the dev build ctest runs, for
# MONARCH_FUZZ_SECONDS, the one that ./dev test has built there.
set(MONARCH_FUZZ_SECONDS 5 CACHE STRING "How long ctest lets each fuzzer run")
if(MONARCH_FUZZ)
  add_custom_target(fuzzers)
endif()
function(monarch_fuzz)
  cmake_parse_arguments(ARG "" "NAME" "DEPS" ${ARGN})
  if(MONARCH_FUZZ)
    add_executable(${ARG_NAME}_fuzz ${ARG_NAME}_fuzz.cpp)
    target_link_libraries(${ARG_NAME}_fuzz PRIVATE ${ARG_DEPS})
    target_link_options(${ARG_NAME}_fuzz PRIVATE -fsanitize=fuzzer)
    add_dependencies(fuzzers ${ARG_NAME}_fuzz)
  elseif(NOT MONARCH_SANITIZE)
    add_test(NAME ${ARG_NAME}_fuzz
             COMMAND ${CMAKE_SOURCE_DIR}/dev fuzz ${ARG_NAME} ${MONARCH_FUZZ_SECONDS} --built)
    set_tests_properties(${ARG_NAME}_fuzz PROPERTIES LABELS fuzz TIMEOUT 120)
  endif()
endfunction()
