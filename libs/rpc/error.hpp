// rpc::Error: why a call failed, in our words, so that nothing beyond libs/rpc and the adapters
// includes gRPC. A plain value; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace grpc {
class Status;
}

namespace monarch::rpc {

enum class Code : std::uint8_t {
  kUnknown,
  kCancelled,
  kInvalidArgument,
  kDeadlineExceeded,
  kNotFound,
  kAlreadyExists,
  kPermissionDenied,
  kUnauthenticated,
  kResourceExhausted,
  kFailedPrecondition,
  kAborted,
  kUnimplemented,
  kInternal,
  kUnavailable,
};
[[nodiscard]] std::string_view to_string(Code code);

struct Error {
  Code code = Code::kUnknown;
  std::string text;  // for logs and people; never a secret
};

// Whether the other side may have done what was asked although the caller has no answer.
[[nodiscard]] constexpr bool outcome_unknown(Code code) {
  return code == Code::kUnavailable || code == Code::kDeadlineExceeded ||
         code == Code::kCancelled || code == Code::kUnknown || code == Code::kInternal;
}

// What a call gets that nobody will answer any more.
[[nodiscard]] Error process_ending();

// `status` is not OK.
[[nodiscard]] Error to_error(const grpc::Status& status);
[[nodiscard]] grpc::Status to_status(const Error& error);

}  // namespace monarch::rpc
