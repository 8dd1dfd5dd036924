#include "msnp/command_table.hpp"

#include <gtest/gtest.h>
#include <initializer_list>
#include <string>

#include "msnp/close_reason.hpp"

namespace monarch::msnp {
namespace {

using Handler = int (*)();
int one() { return 1; }
int two() { return 2; }

constexpr StateMask kBefore = 1;
constexpr StateMask kAfter = 2;
constexpr auto k2 = Dialect::kMsnp2;
constexpr auto k6 = Dialect::kMsnp6;
constexpr auto k7 = Dialect::kMsnp7;

constexpr auto kTable = make_command_table<Handler>({
    {"ADD", k2, k6, kAfter, true, 3, 3, &one},
    {"ADD", k7, k7, kAfter, true, 3, 4, &two},
    {"OUT", k2, k7, kBefore | kAfter, false, 0, kAnyArguments, &one},
    {"PAG", Dialect::kMsnp5, k7, kAfter, true, 2, 2, &one, {.present = true, .bytes_max = 10}},
    {"QRY",
     k6,
     k7,
     kAfter,
     true,
     2,
     2,
     &one,
     {.present = true, .bytes_max = 32, .in_every_dialect = true}},
});
static_assert(kTable.well_formed());

// What the static_assert of a server would catch.
static_assert(!make_command_table<Handler>({{"OUT", k2, k7, 1, false, 0, 0, &one},
                                            {"ADD", k2, k7, 1, false, 0, 0, &one}})
                   .well_formed(),
              "not sorted");
static_assert(!make_command_table<Handler>({{"ADD", k2, k6, 1, false, 0, 0, &one},
                                            {"ADD", k6, k7, 1, false, 0, 0, &one}})
                   .well_formed(),
              "two rows for MSNP6");
static_assert(!make_command_table<Handler>({{"ADD", k7, k2, 1, false, 0, 0, &one}}).well_formed());
static_assert(!make_command_table<Handler>({{"add", k2, k7, 1, false, 0, 0, &one}}).well_formed());
static_assert(!make_command_table<Handler>({{"ADD", k2, k7, 0, false, 0, 0, &one}}).well_formed());
static_assert(!make_command_table<Handler>({{"ADD", k2, k7, 1, false, 2, 1, &one}}).well_formed());

Command command(std::string_view verb, std::initializer_list<std::string_view> params) {
  Command result;
  result.verb = verb;
  for (const auto param : params) EXPECT_TRUE(result.add_param(param));
  return result;
}

Refusal refusal(const Command& command, Scope scope) {
  return kTable.match(command, scope).refusal;
}

TEST(CommandTable, FindsTheRowOfTheDialect) {
  const auto old = command("ADD", {"7", "FL", "a@b.c", "a"});
  EXPECT_EQ(kTable.match(old, {k6, kAfter}).row->handler(), 1);
  const auto match = kTable.match(old, {k7, kAfter});
  EXPECT_EQ(match.refusal, Refusal::kNone);
  EXPECT_EQ(match.row->handler(), 2);
  EXPECT_EQ(match.invocation.trid, "7");
  ASSERT_EQ(match.invocation.args.size(), 3U);
  EXPECT_EQ(match.invocation.arg(0), "FL");
  EXPECT_EQ(match.invocation.arg(3), "");
}

TEST(CommandTable, RefusesByKind) {
  EXPECT_EQ(refusal(command("CAL", {"1", "a@b.c"}), {k7, kAfter}), Refusal::kUnknownCommand);
  EXPECT_EQ(refusal(command("hello", {}), {k7, kAfter}), Refusal::kUnknownCommand);
  EXPECT_EQ(refusal(command("out", {}), {k7, kAfter}), Refusal::kUnknownCommand);
  EXPECT_EQ(refusal(command("PAG", {"1", "a@b.c", "0"}), {k2, kAfter}), Refusal::kWrongDialect);
  EXPECT_EQ(refusal(command("ADD", {}), {k7, kAfter}), Refusal::kBadTransactionId);
  EXPECT_EQ(refusal(command("ADD", {"x", "FL", "a@b.c", "a"}), {k7, kAfter}),
            Refusal::kBadTransactionId);
  EXPECT_EQ(refusal(command("ADD", {"1", "FL"}), {k7, kAfter}), Refusal::kArgumentCount);
  EXPECT_EQ(refusal(command("ADD", {"1", "FL", "a", "a", "0"}), {k6, kAfter}),
            Refusal::kArgumentCount);
  EXPECT_EQ(refusal(command("ADD", {"1", "FL", "a", "a", "0"}), {k7, kAfter}), Refusal::kNone);
  EXPECT_EQ(refusal(command("OUT", {"x", "y"}), {k7, kAfter}), Refusal::kNone);
}

TEST(CommandTable, ChecksTheStateBeforeTheArgumentsButAfterTheTrid) {
  const auto match = kTable.match(command("ADD", {"9"}), {Dialect(), kBefore});
  EXPECT_EQ(match.refusal, Refusal::kWrongState);
  EXPECT_EQ(match.invocation.trid, "9");
  EXPECT_EQ(refusal(command("ADD", {"x"}), {Dialect(), kBefore}), Refusal::kBadTransactionId);
}

TEST(CommandTable, KnowsPayloads) {
  EXPECT_TRUE(kTable.payload("PAG", {k7, kAfter}).present);
  EXPECT_FALSE(kTable.payload("PAG", {k2, kAfter}).present);
  EXPECT_FALSE(kTable.payload("PAG", {k7, kBefore}).present) << "closes before it is read";
  EXPECT_TRUE(kTable.payload("QRY", {k2, kAfter}).present) << "is read, then closes";
  EXPECT_FALSE(kTable.payload("ADD", {k7, kAfter}).present);
  EXPECT_FALSE(kTable.payload("ZZZ", {k7, kAfter}).present);
}

TEST(TransactionId, IsADecimalOf32Bits) {
  for (const char* good : {"0", "1", "007", "4294967295"}) EXPECT_TRUE(is_transaction_id(good));
  for (const char* bad :
       {"", "x", "-1", "+1", "1x", " 1", "4294967296", "42949672950", "99999999999999999999"}) {
    EXPECT_FALSE(is_transaction_id(bad)) << bad;
  }
}

TEST(CloseReason, HasANameForEach) {
  for (int i = 0; i <= static_cast<int>(CloseReason::kInternalError); ++i) {
    EXPECT_NE(to_string(static_cast<CloseReason>(i)), "unknown") << i;
  }
  EXPECT_EQ(close_reason(Violation::kBacklog), CloseReason::kBacklog);
  EXPECT_EQ(close_reason(Refusal::kWrongState), CloseReason::kWrongState);
}

}  // namespace
}  // namespace monarch::msnp
