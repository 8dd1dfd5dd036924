#include <deque>

#include "load/scenario_parts.hpp"

namespace monarch::load {
namespace {

// The changes under way, who has seen them, and how long that took.
class Changes {
 public:
  Changes(Crowd& crowd, std::size_t watchers, const ScenarioOptions& options)
      : crowd_(crowd), watchers_(watchers), options_(options), open_(crowd.size()) {
    for (std::size_t i = 0; i < crowd.size(); ++i) free_.push_back(i);
    crowd.on_status_changed = [this](User& user) { answered(user.number()); };
    crowd.on_saw = [this](User&, std::size_t subject, TimePoint when) { seen(subject, when); };
  }
  Changes(const Changes&) = delete;
  Changes& operator=(const Changes&) = delete;
  ~Changes() {
    crowd_.on_status_changed = nullptr;
    crowd_.on_saw = nullptr;
  }

  // Changes for so long; false when something went wrong.
  bool run(Duration time) {
    begun_ = std::chrono::steady_clock::now();
    end_ = begun_ + time;
    sent_ = completed_ = deliveries_ = late_ = 0;
    latencies_.clear();
    const Duration step = options_.rate > 0 ? Duration(std::chrono::milliseconds(1))
                                            : Duration(std::chrono::milliseconds(20));
    feed();
    // The rest of the way out is the same time again, and some.
    const bool done = crowd_.run([this] { return over() && in_flight_ == 0; },
                                 time * 2 + std::chrono::seconds(10), step, [this] { feed(); });
    elapsed_ = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun_).count();
    return done;
  }

  [[nodiscard]] double completed() const { return static_cast<double>(completed_); }
  [[nodiscard]] double deliveries() const { return static_cast<double>(deliveries_); }
  [[nodiscard]] double late() const { return static_cast<double>(late_); }
  [[nodiscard]] double elapsed() const { return elapsed_; }
  [[nodiscard]] std::vector<double>& latencies() { return latencies_; }
  [[nodiscard]] std::size_t in_flight() const { return in_flight_; }

 private:
  struct Change {
    TimePoint sent;
    std::size_t unseen = 0;
    bool unanswered = false;
  };

  [[nodiscard]] bool over() const { return std::chrono::steady_clock::now() >= end_; }

  void feed() {
    if (over()) return;
    if (options_.rate <= 0) {
      while (in_flight_ < options_.in_flight && change_one()) {
      }
      return;
    }
    const std::chrono::duration<double> past = std::chrono::steady_clock::now() - begun_;
    const auto due = static_cast<std::size_t>(past.count() * options_.rate);
    while (sent_ < due) {
      ++sent_;
      if (!change_one()) ++late_;
    }
  }

  // False: everybody is still waiting for the last one.
  bool change_one() {
    if (free_.empty()) return false;
    const std::size_t number = free_.front();
    free_.pop_front();
    ++in_flight_;
    open_[number] = {std::chrono::steady_clock::now(), watchers_, true};
    crowd_.user(number).change_status();
    return true;
  }

  void answered(std::size_t number) {
    open_[number].unanswered = false;
    finish(number);
  }

  void seen(std::size_t subject, TimePoint when) {
    if (subject >= open_.size() || open_[subject].unseen == 0) return;
    auto& change = open_[subject];
    --change.unseen;
    ++deliveries_;
    latencies_.push_back(std::chrono::duration<double, std::milli>(when - change.sent).count());
    finish(subject);
  }

  void finish(std::size_t number) {
    const auto& change = open_[number];
    if (change.unanswered || change.unseen > 0) return;
    --in_flight_;
    ++completed_;
    free_.push_back(number);
    if (options_.rate <= 0) feed();
  }

  Crowd& crowd_;
  std::size_t watchers_;
  const ScenarioOptions& options_;
  std::vector<Change> open_;
  std::deque<std::size_t> free_;
  std::vector<double> latencies_;
  TimePoint begun_;
  TimePoint end_;
  double elapsed_ = 0;
  std::size_t sent_ = 0;
  std::size_t completed_ = 0;
  std::size_t deliveries_ = 0;
  std::size_t late_ = 0;
  std::size_t in_flight_ = 0;
};

}  // namespace

Measured presence(const Processes& cluster, const ScenarioOptions& options) {
  const auto setup = crowd_options(cluster, options);
  if (!setup.ok()) return fail(setup.error());
  Crowd crowd(*setup);
  if (auto done = crowd.knock(); !done.ok()) return fail(done.error());
  if (auto done = crowd.befriend(options.contacts); !done.ok()) return fail(done.error());
  if (auto done = crowd.sign_in(0, crowd.size(), Goal::kOnline); !done.ok()) {
    return fail(done.error());
  }
  settle(crowd, std::chrono::seconds(1));

  const auto time =
      std::chrono::duration_cast<Duration>(std::chrono::duration<double>(options.seconds));
  Changes changes(crowd, options.contacts, options);
  const auto problem = [&] {
    return fail("changing status: " + (crowd.error().empty() ? std::to_string(changes.in_flight()) +
                                                                   " changes were not seen by all"
                                                             : crowd.error()));
  };
  if (!changes.run(time / 5)) return problem();  // warms; not counted
  const auto cpu_before = cluster.cpu();
  if (!changes.run(time)) return problem();
  const auto cpu = cluster.cpu() - cpu_before;

  Report report("presence");
  report.add("users", static_cast<double>(crowd.size()), "");
  report.add("watchers of each", static_cast<double>(options.contacts), "");
  if (options.rate > 0) report.add("changes per second, asked for", options.rate, "1/s");
  report.add("changes per second", changes.completed() / changes.elapsed(), "1/s");
  report.add("deliveries per second", changes.deliveries() / changes.elapsed(), "1/s");
  if (changes.late() > 0) report.add("changes that came too late to be sent", changes.late(), "");
  report.add("latency p50", percentile(changes.latencies(), 0.5), "ms");
  report.add("latency p99", percentile(changes.latencies(), 0.99), "ms");
  report.add_cpu("CPU per delivery", cpu, changes.deliveries(), 1e6, "us");
  return report;
}

}  // namespace monarch::load
