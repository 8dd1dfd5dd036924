#include "presence/core/explain.hpp"

#include <algorithm>
#include <cstdlib>
#include <gtest/gtest.h>
#include <map>
#include <set>

#include "presence/core/testing/world.hpp"

namespace monarch::presence {
namespace {

using Kind = SightFinding::Kind;
using model::List;
using model::Status;
using testing::World;

constexpr auto kLast = static_cast<std::size_t>(SightRule::kNotHidden);

Kind kind_of(const Explanation& explanation, SightRule rule) {
  return explanation.findings.at(static_cast<std::size_t>(rule)).kind;
}

std::set<SightRule> failing(const Explanation& explanation) {
  std::set<SightRule> rules;
  for (const auto& finding : explanation.findings) {
    if (finding.kind == Kind::kFails) rules.insert(finding.rule);
  }
  return rules;
}

// Whether all rules hold up to and including that one.
bool all_hold(const Explanation& explanation, std::size_t last) {
  return std::all_of(explanation.findings.begin(),
                     explanation.findings.begin() + static_cast<std::ptrdiff_t>(last) + 1,
                     [](const SightFinding& finding) { return finding.kind == Kind::kHolds; });
}

Sight seen() {
  Sight sight;
  sight.subject.emplace();
  sight.subject->account = AccountId(1);
  sight.subject->handle = World::handle(1);
  sight.viewer.emplace();
  sight.viewer->account = AccountId(2);
  sight.viewer->handle = World::handle(2);
  sight.row.forward = true;
  sight.row.in_allow = true;
  sight.mirror.emplace();
  sight.mirror->in_forward = true;
  sight.mirror->allow = true;
  for (auto* record : {&sight.subject_record, &sight.viewer_record}) {
    record->session = SessionId(7);
    record->node = NodeId("notification-1");
    record->dialect = 5;
    record->status = Status::kBusy;
  }
  sight.subject_record.profile.revision = sight.subject->revision;
  return sight;
}

TEST(Explain, EveryRuleHoldsOfAContactWhoIsSeen) {
  const auto explanation = judge(seen());
  ASSERT_EQ(explanation.findings.size(), kSightRules);
  EXPECT_EQ(failing(explanation), std::set<SightRule>());
  EXPECT_TRUE(explanation.visible);
  EXPECT_TRUE(explanation.sees);
  EXPECT_EQ(explanation.status, Status::kBusy);
  EXPECT_EQ(explanation.notes, std::vector<std::string>());
  std::set<std::string_view> ids;
  for (std::size_t i = 0; i < kSightRules; ++i) {
    EXPECT_EQ(explanation.findings[i].rule, static_cast<SightRule>(i));
    EXPECT_TRUE(ids.insert(text_of(static_cast<SightRule>(i)).id).second);
  }
}

// One thing at a time is otherwise, and just its rule fails.
TEST(Explain, NamesTheRuleThatFails) {
  const auto fails = [](auto change) {
    Sight sight = seen();
    change(sight);
    const auto explanation = judge(sight);
    EXPECT_FALSE(explanation.sees);
    return failing(explanation);
  };
  using Set = std::set<SightRule>;
  EXPECT_EQ(fails([](Sight& s) { s.subject.reset(); }), Set{SightRule::kSubjectExists});
  EXPECT_EQ(fails([](Sight& s) { s.viewer.reset(); }), Set{SightRule::kViewerExists});
  EXPECT_EQ(fails([](Sight& s) { s.row.forward = false; }), Set{SightRule::kInForward});
  EXPECT_EQ(fails([](Sight& s) {
              s.row.in_allow = false;
              s.row.in_block = true;
            }),
            Set{SightRule::kNotBlocked});
  EXPECT_EQ(fails([](Sight& s) {
              s.row.in_allow = false;
              s.subject->allow = false;
            }),
            Set{SightRule::kAllowed});
  EXPECT_EQ(fails([](Sight& s) {
              s.row.in_allow = false;
              s.without_allow = PresenceWithoutAllow::kDeny;
            }),
            Set{SightRule::kAllowed});
  EXPECT_EQ(fails([](Sight& s) { s.subject_record.session = SessionId(); }),
            Set{SightRule::kSubjectOnline});
  EXPECT_EQ(fails([](Sight& s) { s.subject_record.status.reset(); }),
            Set{SightRule::kStatusChosen});
  EXPECT_EQ(fails([](Sight& s) { s.subject_record.status = Status::kHidden; }),
            Set{SightRule::kNotHidden});
  EXPECT_EQ(fails([](Sight& s) { s.viewer_record.session = SessionId(); }),
            Set{SightRule::kViewerOnline});
  EXPECT_EQ(fails([](Sight& s) { s.viewer_record.status.reset(); }), Set{SightRule::kViewerShown});
}

TEST(Explain, AViewerWhoIsAwayWouldSee) {
  Sight sight = seen();
  sight.viewer_record = {};
  const auto explanation = judge(sight);
  EXPECT_TRUE(explanation.visible);
  EXPECT_FALSE(explanation.sees);
  EXPECT_EQ(kind_of(explanation, SightRule::kViewerShown), Kind::kUnknown);
}

TEST(Explain, NotesWhatIsNotAsItShouldBe) {
  const auto notes = [](auto change) {
    Sight sight = seen();
    change(sight);
    return judge(sight).notes.size();
  };
  EXPECT_EQ(notes([](Sight& s) { s.settled = false; }), 0U);
  EXPECT_EQ(notes([](Sight& s) {
              s.settled = false;
              s.viewer_record.session = SessionId();
            }),
            1U);
  EXPECT_EQ(notes([](Sight& s) { s.mirror->block = true; }), 1U);
  EXPECT_EQ(notes([](Sight& s) { s.subject->revision = 9; }), 1U);
  EXPECT_EQ(notes([](Sight& s) { s.viewer->account = s.subject->account; }), 1U);
  EXPECT_EQ(notes([](Sight& s) {
              s.row.forward = false;
              s.row.unlink_owed = true;
            }),
            1U);
}

// The rules together are the function that decides: rows and records of every kind, also such as no
// store holds.
TEST(Explain, TheRulesTogetherAreTheDecision) {
  SeededRandom random(20030415);
  const auto toss = [&random] { return random.below(2) == 0; };
  int visible = 0;
  for (int i = 0; i < 20'000; ++i) {
    Sight sight = seen();
    sight.row.forward = random.below(4) != 0;
    sight.row.in_allow = toss();
    sight.row.in_block = random.below(4) == 0;
    sight.subject->allow = toss();
    sight.without_allow = toss() ? PresenceWithoutAllow::kDeny : PresenceWithoutAllow::kFollowBlp;
    auto& record = sight.subject_record;
    if (random.below(4) == 0) record.session = SessionId();
    record.status = static_cast<Status>(random.below(9));
    if (random.below(4) == 0) record.status.reset();
    if (random.below(4) == 0) sight.viewer_record.session = SessionId();
    if (random.below(4) == 0) sight.viewer_record.status.reset();
    const auto explanation = judge(sight);
    const auto decided =
        state_of(record, sight.subject->handle,
                 owner_sees_other(sight.row, sight.subject->allow, sight.without_allow));
    ASSERT_EQ(explanation.status, decided.status);
    ASSERT_EQ(explanation.visible, decided.status != Status::kOffline);
    ASSERT_EQ(explanation.visible, all_hold(explanation, kLast));
    ASSERT_EQ(explanation.sees, all_hold(explanation, kSightRules - 1));
    visible += explanation.visible ? 1 : 0;
  }
  EXPECT_GT(visible, 100);
}

// Random lists and statuses of four accounts, as their clients make them: what is explained of each
// pair is what presence shows the one of the other.
class Play {
 public:
  static constexpr std::uint64_t kAccounts = 4;

  explicit Play(std::uint64_t seed, const Settings& settings) : random_(seed), world_(settings) {
    for (std::uint64_t n = 1; n <= kAccounts; ++n) {
      world_.create(n);
      sessions_[n] = world_.online(n);
    }
  }

  void step() {
    const std::uint64_t n = 1 + random_.below(kAccounts);
    const std::uint64_t m = 1 + random_.below(kAccounts);
    const auto list = static_cast<List>(random_.below(3));
    auto& session = sessions_[n];
    switch (random_.below(5)) {
      case 0:
      case 1:
        world_.ask(World::add_request(session, list, m));
        return;
      case 2:
        world_.ask(World::remove_request(session, list, m));
        return;
      case 3:
        world_.ask(model::SetDefaultPrivacy{World::attempt(session), random_.below(2) == 0});
        return;
      default:
        world_.ask(model::ChangeStatus{session.ref, static_cast<Status>(1 + random_.below(8)),
                                       false, false, ++status_sequence_});
    }
  }

  void check() {
    for (std::uint64_t viewer = 1; viewer <= kAccounts; ++viewer) {
      std::map<AccountId, Status> shown;
      const auto reply = world_.ask(model::ChangeStatus{sessions_[viewer].ref, Status::kOnline,
                                                        true, false, ++status_sequence_});
      const auto* changed = std::get_if<model::StatusChanged>(&reply);
      ASSERT_NE(changed, nullptr);
      for (const auto& contact : changed->contacts) shown[contact.account] = contact.status;
      for (std::uint64_t subject = 1; subject <= kAccounts; ++subject) {
        const auto explained = world_.steps.await(
            world_.presence.explain(World::handle(subject), World::handle(viewer)));
        ASSERT_TRUE(explained.ok());
        const auto place = shown.find(AccountId(subject));
        const Status status = place == shown.end() ? Status::kOffline : place->second;
        ASSERT_EQ(explained->status, status) << viewer << " looks at " << subject;
        ASSERT_EQ(explained->sees, status != Status::kOffline);
        ASSERT_EQ(explained->sees, all_hold(*explained, kSightRules - 1));
        ASSERT_EQ(explained->notes.size(), subject == viewer ? 1U : 0U);
        seen_ += explained->sees ? 1 : 0;
      }
    }
  }

  [[nodiscard]] int seen() const { return seen_; }

 private:
  SeededRandom random_;
  World world_;
  std::map<std::uint64_t, World::Session> sessions_;
  std::uint64_t status_sequence_ = 0;
  int seen_ = 0;
};

void play(const Settings& settings) {
  const char* given = std::getenv("MONARCH_SEED");
  const std::uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10) : 20030415;
  SCOPED_TRACE("MONARCH_SEED=" + std::to_string(seed));
  Play play(seed, settings);
  for (int i = 0; i < 400; ++i) {
    play.step();
    play.check();
    if (::testing::Test::HasFatalFailure()) return;
  }
  EXPECT_GT(play.seen(), 100);
}

TEST(Explain, SaysWhatPresenceShows) { play({}); }
TEST(Explain, SaysWhatPresenceShowsWhenOnlyAllowedOnesSee) {
  Settings settings;
  settings.rules.without_allow = PresenceWithoutAllow::kDeny;
  play(settings);
}

TEST(Explain, AnswersOfNobodyToo) {
  World world;
  world.create(1);
  const auto explained =
      world.steps.await(world.presence.explain(World::handle(1), World::handle(2)));
  ASSERT_TRUE(explained.ok());
  EXPECT_EQ(failing(*explained),
            (std::set<SightRule>{SightRule::kViewerExists, SightRule::kSubjectOnline,
                                 SightRule::kViewerOnline}));
  EXPECT_EQ(kind_of(*explained, SightRule::kInForward), Kind::kUnknown);
  EXPECT_FALSE(explained->visible);
}

TEST(Explain, FailsWithTheStoreThatIsAway) {
  World world;
  world.create(1);
  world.create(2);
  world.store.fates = [](const char*) { return testing::Fate::kFailed; };
  const auto roster = world.steps.await(world.presence.explain(World::handle(1), World::handle(2)));
  ASSERT_FALSE(roster.ok());
  EXPECT_EQ(roster.error(), model::Fault::kRosterUnavailable);
  world.store.fates = nullptr;
  world.index.fates = [](const char*) { return testing::Fate::kFailed; };
  const auto index = world.steps.await(world.presence.explain(World::handle(1), World::handle(2)));
  ASSERT_FALSE(index.ok());
  EXPECT_EQ(index.error(), model::Fault::kIndexUnavailable);
}

}  // namespace
}  // namespace monarch::presence
