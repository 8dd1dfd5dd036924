# monarch_proto_library(NAME target ROOT dir PROTOS file…): a library of generated messages and, for
# the files that have one, services. Generated code is a system include and compiled without
# warnings: it is not ours to mend.
if(NOT MONARCH_WITH_GRPC)
  return()
endif()

# Protobuf before gRPC: gRPC's package file expects its targets.
find_package(Protobuf REQUIRED)
find_package(gRPC CONFIG REQUIRED)

function(monarch_proto_library)
  cmake_parse_arguments(ARG "" "NAME;ROOT" "PROTOS" ${ARGN})
  set(out ${CMAKE_CURRENT_BINARY_DIR}/${ARG_NAME})
  set(generated)
  foreach(proto IN LISTS ARG_PROTOS)
    file(RELATIVE_PATH name ${ARG_ROOT} ${proto})
    string(REGEX REPLACE "\\.proto$" "" base ${name})
    set(files ${out}/${base}.pb.cc ${out}/${base}.pb.h)
    set(grpc_arguments)
    file(STRINGS ${proto} services REGEX "^service ")
    if(services)
      list(APPEND files ${out}/${base}.grpc.pb.cc ${out}/${base}.grpc.pb.h)
      set(grpc_arguments --grpc_out=${out} --plugin=protoc-gen-grpc=$<TARGET_FILE:gRPC::grpc_cpp_plugin>)
    endif()
    # A proto that imports another one is generated anew only when itself changes: what protoc
    # makes of it does not depend on the other's content, but for names that the compiler checks.
    add_custom_command(
      OUTPUT ${files}
      COMMAND protobuf::protoc -I${ARG_ROOT} --cpp_out=${out} ${grpc_arguments} ${proto}
      DEPENDS ${proto}
      COMMENT "protoc ${name}"
      VERBATIM)
    list(APPEND generated ${files})
  endforeach()
  file(MAKE_DIRECTORY ${out})
  add_library(${ARG_NAME} STATIC ${generated})
  target_include_directories(${ARG_NAME} SYSTEM PUBLIC ${out})
  target_compile_options(${ARG_NAME} PRIVATE -w)
  target_link_libraries(${ARG_NAME} PUBLIC gRPC::grpc++ protobuf::libprotobuf)
endfunction()
