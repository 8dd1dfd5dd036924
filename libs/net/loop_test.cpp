#include "net/loop.hpp"

#include <gtest/gtest.h>
#include <optional>
#include <thread>
#include <vector>

namespace monarch::net {
namespace {

using std::chrono::milliseconds;

TEST(Loop, RunsPostedFunctionsInOrderOnItsThread) {
  Loop loop;
  std::vector<int> seen;
  bool on_thread = true;
  std::thread other([&] {
    for (int i = 0; i < 1000; ++i) {
      loop.post([&, i] {
        seen.push_back(i);
        on_thread = on_thread && loop.on_thread();
      });
    }
    loop.post([&] { loop.stop(); });
  });
  loop.run();
  other.join();
  ASSERT_EQ(seen.size(), 1000U);
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(seen[static_cast<std::size_t>(i)], i);
  EXPECT_TRUE(on_thread);
  EXPECT_FALSE(loop.on_thread());
}

TEST(Loop, RunsWhatIsPostedFromAPostedFunction) {
  Loop loop;
  int depth = 0;
  std::function<void()> again = [&] {
    if (++depth < 5) loop.post(again);
  };
  loop.post(again);
  EXPECT_TRUE(loop.run_until([&] { return depth == 5; }));
}

TEST(Loop, StopBeforeRunIsNotForgotten) {
  Loop loop;
  loop.stop();
  loop.run();
  bool ran = false;
  loop.post([&] {
    ran = true;
    loop.stop();
  });
  loop.run();
  EXPECT_TRUE(ran);
}

TEST(Loop, AHandleOutlivesItsLoop) {
  auto loop = std::make_optional<Loop>();
  const LoopHandle handle = loop->handle();
  auto held = std::make_shared<int>();
  EXPECT_TRUE(handle.post([held] {}));
  EXPECT_EQ(held.use_count(), 2);
  loop.reset();
  EXPECT_EQ(held.use_count(), 1) << "what was posted and never run is destroyed with the loop";
  EXPECT_FALSE(handle.post([held] {}));
}

TEST(Timer, FiresInOrderOfTime) {
  Loop loop;
  std::vector<int> fired;
  Timer late(loop);
  Timer early(loop);
  late.start(milliseconds(20), [&] { fired.push_back(2); });
  early.start(milliseconds(1), [&] { fired.push_back(1); });
  EXPECT_TRUE(loop.run_until([&] { return fired.size() == 2; }));
  EXPECT_EQ(fired, (std::vector{1, 2}));
  EXPECT_FALSE(late.pending());
}

TEST(Timer, StartReplacesAndCancelForgets) {
  Loop loop;
  int replaced = 0;
  int kept = 0;
  Timer timer(loop);
  Timer cancelled(loop);
  timer.start(milliseconds(0), [&] { ++replaced; });
  timer.start(milliseconds(2), [&] { ++kept; });
  cancelled.start(milliseconds(0), [&] { ++replaced; });
  cancelled.cancel();
  EXPECT_TRUE(loop.run_until([&] { return kept == 1; }));
  EXPECT_EQ(replaced, 0);
}

TEST(Timer, ItsCallbackMayStartItAgainOrDestroyIt) {
  Loop loop;
  auto timer = std::make_unique<Timer>(loop);
  int rounds = 0;
  std::function<void()> tick = [&] {
    if (++rounds < 3) {
      timer->start(milliseconds(0), tick);
    } else {
      timer.reset();
    }
  };
  timer->start(milliseconds(0), tick);
  EXPECT_TRUE(loop.run_until([&] { return timer == nullptr; }));
  EXPECT_EQ(rounds, 3);
}

}  // namespace
}  // namespace monarch::net
