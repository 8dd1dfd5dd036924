# The habits that ctest keeps: form, direction of includes, and ./dev itself.

if(MONARCH_SANITIZE)
  return() # The sources are the same in every build; one look is enough.
endif()

function(monarch_habit name)
  add_test(NAME ${name} COMMAND ${ARGN} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  set_tests_properties(${name} PROPERTIES LABELS habits TIMEOUT 120)
endfunction()

monarch_habit(habit_format ${CMAKE_SOURCE_DIR}/dev format --check)
monarch_habit(habit_includes ${CMAKE_SOURCE_DIR}/tools/dev/check_includes.sh)
monarch_habit(habit_includes_finds ${CMAKE_SOURCE_DIR}/tools/dev/check_includes_test.sh)
monarch_habit(habit_citations ${CMAKE_SOURCE_DIR}/tools/dev/check_citations.sh)
monarch_habit(habit_dev_script ${CMAKE_SOURCE_DIR}/tools/dev/dev_test.sh)
