#include <gtest/gtest.h>

#include "codec/bus.hpp"
#include "codec/replies.hpp"
#include "codec/requests.hpp"
#include "codec/values.hpp"

namespace monarch::codec {
namespace {

const model::SessionRef kSession{AccountId(7), SessionId(0xFEDCBA9876543210ULL), {3, 99}};
const model::Attempt kAttempt{kSession, 12, Serial(41)};
const Handle kBob = Handle::trusted("bob@example.com");
const Moment kNow{TimePoint(std::chrono::hours(5)), std::chrono::hours(480'000)};
const model::Trace kTrace{model::TraceId(77), kNow.steady - std::chrono::milliseconds(250), 2};

// Encodes, decodes and encodes again: equal bytes mean that nothing was lost on the way, given that
// every field was set to something other than its default.
std::string again(const pb::Request& message) {
  const auto request = decode(message, kNow);
  EXPECT_TRUE(request.has_value());
  pb::Request copy;
  encode(*request, kNow, &copy);
  return copy.SerializeAsString();
}

std::vector<model::Request> every_request() {
  model::OpenSession open{AccountId(7), SessionId(8), NodeId("notification-1"), 5, {}};
  open.resume = model::OpenSession::Resume{{1, 2}, model::Status::kBusy, true, 4};
  model::SessionReport report{kSession, Serial(4), model::Status::kAway, true, {}};
  report.contacts = {{AccountId(9), {1, 5}, model::Status::kLunch}};
  return {open,
          model::CloseSession{kSession},
          model::Synchronize{kSession, Serial(5)},
          model::ChangeStatus{kSession, model::Status::kHidden, true, true, 5, kTrace},
          model::AddContact{kAttempt, model::List::kBlock, kBob.value(), "Bob", model::GroupId{3}},
          model::RemoveContact{kAttempt, model::List::kAllow, kBob.value(), model::GroupId{4}},
          model::Rename{kAttempt, kBob.value(), "Bob%20B"},
          model::SetProperty{kAttempt, model::Property::kMobilePhone, "555"},
          model::SetPrompting{kAttempt, true},
          model::SetDefaultPrivacy{kAttempt, true},
          model::ReadJournal{kSession, Serial(40)},
          model::Compare{NodeId("notification-1"), {report}},
          model::ListNodeSessions{NodeId("notification-2"), AccountId(77)},
          model::Invite{AccountId(7), Handle::trusted("alice@example.com"), "Alice", kBob.value(),
                        11752013, "127.0.2.1:1863", "1.2.3"},
          model::AddGroup{kAttempt, "Friends"},
          model::RenameGroup{kAttempt, 3, "Family"},
          model::RemoveGroup{kAttempt, 4},
          model::SearchDirectory{kSession, {"Bob", "Brown", "Oslo", "*", "NO"}},
          model::FindPager{kSession, kBob.value()}};
}

TEST(Codec, EveryRequestSurvivesTheWire) {
  const auto requests = every_request();
  ASSERT_EQ(requests.size(), std::variant_size_v<model::Request>);
  for (const auto& request : requests) {
    pb::Request message;
    encode(request, kNow, &message);
    ASSERT_FALSE(message.SerializeAsString().empty()) << request.index();
    EXPECT_EQ(again(message), message.SerializeAsString()) << request.index();
    EXPECT_EQ(decode(message, kNow)->index(), request.index());
  }
}

TEST(Codec, ARequestOfANewerPeerIsNone) { EXPECT_FALSE(decode(pb::Request(), kNow).has_value()); }

model::Roster full_roster() {
  model::Roster roster;
  roster.serial = Serial(14);
  roster.ask = true;
  roster.allow = true;
  roster.numbers = {"1", "2", "3", true};
  roster.mobile_device = true;
  roster.groups = {{1, "Friends"}};
  for (auto& list : roster.lists)
    list = {{kBob, "Bob%20B", 3, {"4", "5", "6", true}, AccountId(9)}};
  return roster;
}

std::vector<model::Reply> every_reply() {
  const model::ContactState bob{AccountId(9), kBob, {3, 4}, model::Status::kPhone, "Bob%20B"};
  const model::RosterEvent event{Serial(31),
                                 model::RosterEvent::Kind::kNumber,
                                 kBob,
                                 model::Property::kWorkPhone,
                                 "555",
                                 model::List::kBlock,
                                 model::GroupId{7},
                                 AccountId(11)};
  model::Changed changed{Serial(32), {event}, {}, {AccountId(9), AccountId(10)}, 5, "Y"};
  changed.added = {bob, {"1", "2", "3", true}};
  return {model::Refused{215},
          model::Failed{model::Fault::kFenced},
          model::Opened{{3, 4}, "Alice"},
          model::Closed{},
          full_roster(),
          model::StatusChanged{{bob}},
          changed,
          model::Journal{{event}, true, Serial(40)},
          model::Compared{
              {{SessionId(5), model::SessionVerdict::Kind::kUnknown, Serial(6), true, {bob}}}},
          model::NodeSessions{{kSession}, true},
          model::Invited{AccountId(9), SessionId(10), 7, "Bob%20B"},
          model::Found{{{kBob.value(), {"Bob", "Brown", "Oslo", "*", "NO"}}}},
          model::Pager{AccountId(9), "555"}};
}

TEST(Codec, EveryReplySurvivesTheWire) {
  const auto replies = every_reply();
  ASSERT_EQ(replies.size(), std::variant_size_v<model::Reply>);
  for (const auto& reply : replies) {
    pb::Reply message;
    encode(reply, &message);
    const auto back = decode(message);
    EXPECT_EQ(back.index(), reply.index());
    pb::Reply copy;
    encode(back, &copy);
    EXPECT_EQ(copy.SerializeAsString(), message.SerializeAsString()) << reply.index();
  }
}

TEST(Codec, AResultOfANewerPeerIsAFault) {
  const auto reply = decode(pb::Reply());
  ASSERT_TRUE(std::holds_alternative<model::Failed>(reply));
  EXPECT_EQ(std::get<model::Failed>(reply).fault, model::Fault::kUnreachable);
}

TEST(Codec, HintsSurviveTheBus) {
  const model::ContactState bob{AccountId(9), kBob, {3, 4}, model::Status::kPhone, "Bob%20B"};
  const std::vector<model::Hint> hints = {
      model::PresenceHint{bob, {SessionId(1), SessionId(2)}, kTrace},
      model::RosterHint{SessionId(3),
                        {Serial(8), model::RosterEvent::Kind::kReverseAdded, kBob,
                         model::Property::kHomePhone, "Bob%20B"}},
      model::KickHint{SessionId(4), model::KickReason::kAccountRemoved},
      model::RingHint{SessionId(5), 11752013, "127.0.2.1:1863", "1.2.3", kBob, "Bob%20B"}};
  const auto message = decode_hints(encode_hints(hints, kNow), kNow);
  ASSERT_TRUE(message.has_value());
  EXPECT_EQ(message->age, Duration::zero());
  const auto* back = &message->hints;
  ASSERT_EQ(back->size(), 4U);
  const auto& presence = std::get<model::PresenceHint>(back->at(0));
  EXPECT_EQ(presence.subject, bob);
  EXPECT_EQ(presence.recipients, (std::vector{SessionId(1), SessionId(2)}));
  EXPECT_EQ(presence.trace, kTrace);
  const auto& roster = std::get<model::RosterHint>(back->at(1));
  EXPECT_EQ(roster.recipient, SessionId(3));
  EXPECT_EQ(roster.event, std::get<model::RosterHint>(hints[1]).event);
  EXPECT_EQ(std::get<model::KickHint>(back->at(2)).reason, model::KickReason::kAccountRemoved);
  const auto& ring = std::get<model::RingHint>(back->at(3));
  EXPECT_EQ(ring.recipient, SessionId(5));
  EXPECT_EQ(ring.conversation, 11752013U);
  EXPECT_EQ(ring.address, "127.0.2.1:1863");
  EXPECT_EQ(ring.ticket, "1.2.3");
  EXPECT_EQ(ring.caller, kBob);
  EXPECT_EQ(ring.caller_name, "Bob%20B");
}

TEST(Codec, NoticesSurviveTheBus) {
  const std::vector<model::Notice> notices = {
      model::Toast{1, 2, 3, 1044, "http://example.com/", "a", "b", "c.png", "Hello & <you>"},
      model::ShutdownNotice{5},
      model::NewStatus{model::Status::kAway},
      model::NewMail{"Bob", "bob@example.com", "Hi", "/m/1", "http://mail/", "ACTIVE", 7},
      model::MailActivity{"ACTIVE", "trAsH", -3},
      model::IncomingPage{"+47 555", "Late", 12}};
  ASSERT_EQ(notices.size(), std::variant_size_v<model::Notice>);
  for (const auto& notice : notices) {
    const auto bytes = encode_hints({model::NoticeHint{{SessionId(4)}, true, notice}}, kNow);
    const auto message = decode_hints(bytes, kNow);
    ASSERT_TRUE(message.has_value());
    const auto* back = &message->hints;
    ASSERT_EQ(back->size(), 1U) << notice.index();
    const auto& hint = std::get<model::NoticeHint>(back->front());
    EXPECT_EQ(hint.recipients, std::vector{SessionId(4)});
    EXPECT_TRUE(hint.everyone);
    EXPECT_EQ(hint.notice.index(), notice.index());
    EXPECT_EQ(encode_hints(*back, kNow), bytes);
  }
}

TEST(Codec, BytesThatAreNoHintsAreRefused) {
  EXPECT_FALSE(decode_hints("\xFF\xFF\xFF", kNow).has_value());
}

}  // namespace
}  // namespace monarch::codec
