#include "monarchctl/doctor/doctor.hpp"

#include <array>
#include <cstdio>

#include "monarchctl/doctor/advice.hpp"

namespace monarch::ctl::doctor {

namespace {

using Clock = std::chrono::steady_clock;

double milliseconds_since(Clock::time_point begun) {
  return std::chrono::duration<double, std::milli>(Clock::now() - begun).count();
}

// Works through hops and keeps what came of them.
class Round {
 public:
  Round(Visit& visit, const Plan& plan) : visit_(visit), plan_(plan) {}

  void walk(std::span<const Step> steps) {
    for (const Step& step : steps) {
      if (step.needs_two && !visit_.two) continue;
      if (failed_) {
        note({.name = step.name});
      } else {
        take(step);
      }
    }
  }

  void take(const Step& step) {
    visit_.detail.clear();
    visit_.place = {};
    const auto begun = Clock::now();
    visit_.until = begun + plan_.timeout;
    const auto done = step.act(visit_);
    Hop hop{.name = step.name, .milliseconds = milliseconds_since(begun)};
    if (done) {
      hop.state = Hop::State::kGood;
      hop.detail = visit_.detail;
    } else {
      hop.state = Hop::State::kFailed;
      hop.problem = done.error().text;
      hop.check = advise(step, done.error(), visit_);
      if (status_ == kDone) status_ = done.error().out_of_reach ? kFailed : kRefused;
      failed_ = true;
    }
    note(std::move(hop));
  }

  [[nodiscard]] Output finish() {
    auto hops = nlohmann::ordered_json::array();
    std::size_t good = 0;
    std::size_t skipped = 0;
    for (const Hop& hop : hops_) {
      hops.push_back(describe(hop));
      if (hop.state == Hop::State::kGood) ++good;
      if (hop.state == Hop::State::kSkipped) ++skipped;
    }
    const double total = milliseconds_since(begun_);
    std::array<char, 160> line{};
    std::snprintf(line.data(), line.size(), "%s: %zu hops good, %zu failed, %zu skipped, %.1f ms\n",
                  failed_ ? "not well" : "all is well", good, hops_.size() - good - skipped,
                  skipped, total);
    return Output{
        {{"ok", !failed_}, {"total_ms", total}, {"hops", std::move(hops)}}, line.data(), status_};
  }

 private:
  void note(Hop hop) {
    plan_.tell(hop);
    hops_.push_back(std::move(hop));
  }

  static nlohmann::ordered_json describe(const Hop& hop) {
    constexpr std::array kStates{"ok", "failed", "skipped"};
    nlohmann::ordered_json json{{"hop", hop.name},
                                {"state", kStates.at(static_cast<std::size_t>(hop.state))}};
    if (hop.state == Hop::State::kSkipped) return json;
    json["ms"] = hop.milliseconds;
    if (!hop.detail.empty()) json["detail"] = hop.detail;
    if (hop.state == Hop::State::kFailed) {
      json["problem"] = hop.problem;
      json["check"] = hop.check;
    }
    return json;
  }

  Visit& visit_;
  const Plan& plan_;
  Clock::time_point begun_ = Clock::now();
  std::vector<Hop> hops_;
  bool failed_ = false;
  int status_ = kDone;
};

constexpr Step kRemove{"remove the two accounts", Role::kAdministration, false, remove_accounts,
                       "monarchctl account delete EMAIL, or the next doctor, removes what is left"};

}  // namespace

Output examine(Office& office, Random& random, const Plan& plan) {
  Visit visit(&office, random, plan.interrupt);
  Round round(visit, plan);
  round.walk(steps_inside());
  if (!visit.accounts.empty()) round.take(kRemove);
  return round.finish();
}

Output examine_from_outside(const Endpoint& dispatch, const Plan::Account& first,
                            const std::optional<Plan::Account>& second, Random& random,
                            const Plan& plan) {
  Visit visit(nullptr, random, plan.interrupt);
  visit.dispatch = dispatch;
  visit.two = second.has_value();
  visit.a.handle = first.handle;
  visit.a.password = first.password;
  if (second) {
    visit.b.handle = second->handle;
    visit.b.password = second->password;
  }
  Round round(visit, plan);
  round.walk(steps_outside());
  return round.finish();
}

std::string to_text(const Hop& hop) {
  constexpr std::array kWords{"ok", "FAILED", "skipped"};
  std::array<char, 16> time{};
  if (hop.state != Hop::State::kSkipped) {
    std::snprintf(time.data(), time.size(), "%.1f ms", hop.milliseconds);
  }
  std::array<char, 96> head{};
  std::snprintf(head.data(), head.size(), "%-7s %10s  %-34s",
                kWords.at(static_cast<std::size_t>(hop.state)), time.data(), hop.name.c_str());
  std::string text = head.data();
  if (!hop.detail.empty()) text += " " + hop.detail;
  text.erase(text.find_last_not_of(' ') + 1);
  text += '\n';
  if (!hop.problem.empty()) text += "        problem: " + hop.problem + "\n";
  for (const std::string& check : hop.check) text += "        check:   " + check + "\n";
  return text;
}

}  // namespace monarch::ctl::doctor
