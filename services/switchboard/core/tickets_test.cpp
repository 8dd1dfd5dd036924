#include "switchboard/core/tickets.hpp"

#include <gtest/gtest.h>
#include <set>

#include "msnp/limits.hpp"

namespace monarch::switchboard {
namespace {

using namespace std::chrono_literals;

constexpr auto kUnixTime = 1'050'223'000s;
const TimePoint kStart{1000s};
const Handle kAlice = Handle::trusted("alice@example.com");
const Handle kBob = Handle::trusted("bob@example.com");

Ticket ticket(Ticket::Kind kind = Ticket::Kind::kBegin, std::uint64_t owner = 1) {
  Ticket made;
  made.kind = kind;
  made.holder.handle = kAlice;
  made.owner = AccountId(owner);
  made.expires = kStart + 120s;
  return made;
}

class TicketsTest : public ::testing::Test {
 protected:
  std::string issue(Ticket made) {
    return tickets_.issue(std::move(made), kUnixTime, random_).value();
  }
  Redeemed result(std::string_view text, Ticket::Kind kind = Ticket::Kind::kBegin,
                  const Handle& holder = kAlice, TimePoint now = kStart) {
    const auto found = tickets_.find(text, kind, holder, now);
    return found ? Redeemed::kOk : found.error();
  }

  SeededRandom random_{7};
  Tickets tickets_{4, 2};
};

TEST_F(TicketsTest, HaveTheShapeOfTheSpecification) {
  std::set<std::string> seen;
  for (std::uint64_t owner = 1; owner <= 4; ++owner) {
    const std::string text = issue(ticket(Ticket::Kind::kBegin, owner));
    EXPECT_EQ(text.find_first_not_of("0123456789."), std::string::npos) << text;
    EXPECT_LE(text.size(), msnp::kTicketBytesMax);
    EXPECT_NE(text.find(".1050223000."), std::string::npos) << text;
    seen.insert(text);
  }
  EXPECT_EQ(seen.size(), 4U);
}

TEST_F(TicketsTest, AreRedeemedOnce) {
  const std::string text = issue(ticket());
  EXPECT_EQ(result(text), Redeemed::kOk);
  EXPECT_EQ(tickets_.take(text)->holder.handle, kAlice);
  EXPECT_EQ(result(text), Redeemed::kUnknown);
  EXPECT_FALSE(tickets_.take(text));
  EXPECT_EQ(tickets_.size(), 0U);
  EXPECT_FALSE(tickets_.next_expiry());
}

TEST_F(TicketsTest, AreBoundToKindAndHandle) {
  const std::string text = issue(ticket());
  EXPECT_EQ(result(text, Ticket::Kind::kJoin), Redeemed::kOtherKind);
  EXPECT_EQ(result(text, Ticket::Kind::kBegin, kBob), Redeemed::kOtherHandle);
  EXPECT_EQ(result(text + "0"), Redeemed::kUnknown);
  EXPECT_EQ(result("0" + text), Redeemed::kUnknown);
  EXPECT_EQ(result(""), Redeemed::kUnknown);
  // Somebody else's attempt has not used it up.
  EXPECT_EQ(result(text), Redeemed::kOk);
}

TEST_F(TicketsTest, ExpireWhetherOrNotSomebodyLooks) {
  const std::string text = issue(ticket());
  Ticket later = ticket(Ticket::Kind::kJoin);
  later.expires += 1s;
  issue(later);
  EXPECT_EQ(tickets_.next_expiry(), kStart + 120s);
  EXPECT_EQ(result(text, Ticket::Kind::kBegin, kAlice, kStart + 120s - 1ns), Redeemed::kOk);
  EXPECT_EQ(result(text, Ticket::Kind::kBegin, kAlice, kStart + 120s), Redeemed::kUnknown);
  EXPECT_EQ(tickets_.expire(kStart + 119s), 0U);
  EXPECT_EQ(tickets_.expire(kStart + 120s), 1U);
  EXPECT_EQ(tickets_.next_expiry(), kStart + 121s);
  EXPECT_EQ(tickets_.expire(kStart + 121s), 1U);
}

TEST_F(TicketsTest, AreFewPerOwnerAndInAll) {
  const std::string first = issue(ticket());
  issue(ticket(Ticket::Kind::kJoin));
  EXPECT_EQ(tickets_.issue(ticket(), kUnixTime, random_).error(), NoTicket::kTooManyOfOwner);
  tickets_.take(first);
  issue(ticket());
  issue(ticket(Ticket::Kind::kBegin, 2));
  issue(ticket(Ticket::Kind::kBegin, 2));
  EXPECT_EQ(tickets_.issue(ticket(Ticket::Kind::kBegin, 3), kUnixTime, random_).error(),
            NoTicket::kFull);
  EXPECT_EQ(tickets_.expire(kStart + 120s), 4U);
  issue(ticket());
}

}  // namespace
}  // namespace monarch::switchboard
