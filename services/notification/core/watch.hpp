// Watch: what the client of one session has been shown of each contact in its forward list
// (ARCHITECTURE.md#rule-1, #rule-6). Owned by its session from the first CHG on; pure. It is why a
// hint may be lost, doubled or overtaken: whatever arrives is compared with what was shown.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/ids.hpp"
#include "model/presence.hpp"
#include "msnp/encoder.hpp"
#include "notification/core/counters.hpp"

namespace monarch::notification {

// The line for what others see of a user now: NLN, or FLN when he is offline. It is the same for
// MSNP2 to 7.
void append_presence(msnp::Encoder& lines, const model::ContactState& state);

class Watch {
 public:
  // The whole forward list is being asked for. What was held is forgotten: the answer is newer.
  void begin_snapshot();
  // The answer: a line for each contact who is online, as ILN when `trid` is given, else as NLN;
  // then what was held meanwhile, where it is newer. Whoever it does not name is kept: the answer
  // may be made from an older list, and a client that shows somebody must learn what becomes of
  // him.
  void snapshot(const std::vector<model::ContactState>& contacts, std::string_view trid,
                msnp::Encoder& lines);
  // Whether the first snapshot has come; until then everything is held.
  [[nodiscard]] bool open() const { return open_; }

  // A hint, or what a comparison found. kShown: the caller writes append_presence() of it. With
  // `adding` an ADD FL is in flight, and a stranger may be a contact in a moment: held.
  [[nodiscard]] Fate offer(const model::ContactState& state, bool adding, std::size_t held_max);

  // A change of the forward list may or may not have happened: until the next snapshot it is not
  // known who is a contact, and everything is held.
  void doubt() { open_ = false; }

  // An ADD FL has been answered with someone new: ILN when he is online.
  void added(const model::ContactState& state, std::string_view trid, msnp::Encoder& lines);
  // No ADD FL is in flight any more: what was held for it is merged by version.
  void release(msnp::Encoder& lines);
  // A REM FL: no more of his presence, and no FLN either.
  void removed(AccountId account);
  // The client has read its whole forward list: whoever else was shown, for a removal of unknown
  // outcome has left him here, is no contact.
  void keep_only(const std::vector<model::Roster::Contact>& forward);
  // A change of the forward list that the client has read as an event, for it never had the reply
  // or somebody else made it. Who has left is removed(); of somebody new it is not known how he is,
  // nor that he is a contact: take_newcomer() says so, once, when a new snapshot may be asked for.
  void listed(const model::RosterEvent& event);
  // The client has passed over serials without reading them: somebody new may be among them.
  void suspect_newcomer() { newcomer_ = true; }
  [[nodiscard]] bool take_newcomer();

  // Hints had to be let go because too many were held; asking clears it.
  [[nodiscard]] bool take_overflow();

  [[nodiscard]] std::vector<model::SessionReport::Seen> report() const;
  [[nodiscard]] std::size_t size() const { return contacts_.size(); }
  // Bytes on the heap, for the memory budget's test.
  [[nodiscard]] std::size_t heap_bytes() const;

 private:
  // 32 bytes each: this is most of what a session with contacts costs.
  struct Contact {
    AccountId account;
    model::Version version;
    std::uint32_t name_hash = 0;  // 0 while shown offline
    model::Status shown = model::Status::kOffline;
  };
  static_assert(sizeof(Contact) == 32);

  [[nodiscard]] std::vector<Contact>::iterator place_of(AccountId account);
  // Whether the client sees a difference.
  [[nodiscard]] static bool take(Contact& contact, const model::ContactState& state);
  // Takes the state of someone who is a contact from now on.
  void enter(const model::ContactState& state, std::string_view trid, msnp::Encoder& lines);

  std::vector<Contact> contacts_;  // ascending by account
  std::vector<model::ContactState> held_;
  // Who has left since the snapshot was asked for: it may still name them.
  std::vector<AccountId> gone_;
  bool open_ = false;
  bool overflowed_ = false;
  bool newcomer_ = false;
};

}  // namespace monarch::notification
