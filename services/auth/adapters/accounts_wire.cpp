#include "auth/adapters/accounts_wire.hpp"

namespace monarch::auth {

void encode(const Account& account, monarch::auth::v1::Account& wire) {
  wire.set_id(account.id.value());
  wire.set_handle(account.handle.value());
  wire.set_state(std::string(name_of(account.state)));
  wire.set_verified(account.verified);
  wire.set_created_unix_seconds(account.created.count());
}

grpc::Status to_status(Refusal refusal) {
  const auto code = [&] {
    switch (refusal) {
      case Refusal::kExists:
        return grpc::StatusCode::ALREADY_EXISTS;
      case Refusal::kNotFound:
        return grpc::StatusCode::NOT_FOUND;
      case Refusal::kDeleting:
      case Refusal::kTaken:
        return grpc::StatusCode::FAILED_PRECONDITION;
      case Refusal::kTooManyRows:
        return grpc::StatusCode::INVALID_ARGUMENT;
      case Refusal::kStoreUnavailable:
      case Refusal::kPresenceUnavailable:
        return grpc::StatusCode::UNAVAILABLE;
    }
    return grpc::StatusCode::INTERNAL;
  }();
  return {code, std::string(text_of(refusal))};
}

grpc::Status bad_argument(const std::string& why) {
  return {grpc::StatusCode::INVALID_ARGUMENT, why};
}

grpc::Status stopping() {
  return {grpc::StatusCode::UNAVAILABLE, "auth is stopping: try again in a moment"};
}

}  // namespace monarch::auth
