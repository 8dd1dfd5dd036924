#include "rpc/error.hpp"

#include <array>
#include <grpcpp/support/status.h>
#include <utility>

namespace monarch::rpc {

namespace {

struct Row {
  Code ours;
  grpc::StatusCode theirs;
  std::string_view name;
};
constexpr std::array<Row, 14> kRows{{
    {Code::kUnknown, grpc::StatusCode::UNKNOWN, "unknown"},
    {Code::kCancelled, grpc::StatusCode::CANCELLED, "cancelled"},
    {Code::kInvalidArgument, grpc::StatusCode::INVALID_ARGUMENT, "invalid_argument"},
    {Code::kDeadlineExceeded, grpc::StatusCode::DEADLINE_EXCEEDED, "deadline_exceeded"},
    {Code::kNotFound, grpc::StatusCode::NOT_FOUND, "not_found"},
    {Code::kAlreadyExists, grpc::StatusCode::ALREADY_EXISTS, "already_exists"},
    {Code::kPermissionDenied, grpc::StatusCode::PERMISSION_DENIED, "permission_denied"},
    {Code::kUnauthenticated, grpc::StatusCode::UNAUTHENTICATED, "unauthenticated"},
    {Code::kResourceExhausted, grpc::StatusCode::RESOURCE_EXHAUSTED, "resource_exhausted"},
    {Code::kFailedPrecondition, grpc::StatusCode::FAILED_PRECONDITION, "failed_precondition"},
    {Code::kAborted, grpc::StatusCode::ABORTED, "aborted"},
    {Code::kUnimplemented, grpc::StatusCode::UNIMPLEMENTED, "unimplemented"},
    {Code::kInternal, grpc::StatusCode::INTERNAL, "internal"},
    {Code::kUnavailable, grpc::StatusCode::UNAVAILABLE, "unavailable"},
}};

}  // namespace

std::string_view to_string(Code code) {
  for (const Row& row : kRows) {
    if (row.ours == code) return row.name;
  }
  return "unknown";
}

Error process_ending() {
  return {Code::kUnavailable, "the process is ending: try another instance, or again in a moment"};
}

Error to_error(const grpc::Status& status) {
  for (const Row& row : kRows) {
    if (row.theirs == status.error_code()) return {row.ours, status.error_message()};
  }
  return {Code::kUnknown, status.error_message()};
}

grpc::Status to_status(const Error& error) {
  for (const Row& row : kRows) {
    if (row.ours == error.code) return {row.theirs, error.text};
  }
  return {grpc::StatusCode::UNKNOWN, error.text};
}

}  // namespace monarch::rpc
