#include "auth/adapters/accounts_wire.hpp"

namespace monarch::auth {

void encode(const Account& account, monarch::auth::v1::Account& wire) {
  wire.set_id(account.id.value());
  wire.set_handle(account.handle.value());
  wire.set_state(std::string(name_of(account.state)));
  wire.set_verified(account.verified);
  wire.set_created_unix_seconds(account.created.count());
  wire.set_consent_missing(!account.consent);
}

rpc::Error to_error(Refusal refusal) {
  const auto code = [&] {
    switch (refusal) {
      case Refusal::kExists:
        return rpc::Code::kAlreadyExists;
      case Refusal::kNotFound:
        return rpc::Code::kNotFound;
      case Refusal::kDeleting:
      case Refusal::kHalfMade:
      case Refusal::kTaken:
        return rpc::Code::kFailedPrecondition;
      case Refusal::kTooManyRows:
        return rpc::Code::kInvalidArgument;
      case Refusal::kStoreUnavailable:
      case Refusal::kPresenceUnavailable:
        return rpc::Code::kUnavailable;
    }
    return rpc::Code::kInternal;
  }();
  return {code, std::string(text_of(refusal))};
}

rpc::Error bad_argument(const std::string& why) { return {rpc::Code::kInvalidArgument, why}; }

}  // namespace monarch::auth
