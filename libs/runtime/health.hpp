// Health: the named checks that make a process ready. Owned by the process; any thread.
#pragma once

#include <functional>
#include <list>
#include <mutex>
#include <string>

namespace monarch::runtime {

class Health {
 public:
  // One dependency or condition. Lives as long as the Health it came from.
  class Check {
   public:
    Check(Health& health, std::string name, bool required)
        : health_(health), name_(std::move(name)), required_(required) {}
    // `detail` is a few words for people: "connecting", "no answer for 3 s".
    void set(bool ok, std::string detail = {});

   private:
    friend class Health;
    Health& health_;
    std::string name_;
    bool required_;
    std::string detail_ = "not yet known";
    bool ok_ = false;
  };

  // The check is not ok until it is set.
  [[nodiscard]] Check& add(std::string name);
  // One that is shown but makes nobody unready: a part without which the process still does its
  // work.
  [[nodiscard]] Check& add_advisory(std::string name);

  // True when every check that is not advisory is ok.
  [[nodiscard]] bool ready() const;
  // The same, whatever `check` says.
  [[nodiscard]] bool ready_apart_from(const Check& check) const;
  // A line per check: "redis: ok", "presence: not ok (connecting)"; an advisory one says so.
  [[nodiscard]] std::string describe() const;
  // Called on the thread that made the change, when readiness turns; at once with the state of now.
  void on_change(std::function<void(bool ready)> callback);

 private:
  [[nodiscard]] bool ready_locked() const;

  mutable std::mutex mutex_;
  std::list<Check> checks_;
  std::list<std::function<void(bool)>> callbacks_;
};

}  // namespace monarch::runtime
