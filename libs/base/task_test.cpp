#include "base/task.hpp"

#include <gtest/gtest.h>
#include <string>

namespace monarch {
namespace {

Task<int> add_one(Eventual<int> number) { co_return co_await number + 1; }

Task<void> store(Eventual<int> number, std::string& trace, std::shared_ptr<int> witness) {
  trace += "a";
  const int value = co_await add_one(number);
  trace += std::to_string(value) + std::to_string(*witness);
}

TEST(Task, RunsUntilItWaitsAndGoesOnWhenTheValueComes) {
  TaskScope scope;
  Eventual<int> number;
  std::string trace;
  scope.spawn(store(number, trace, std::make_shared<int>(7)));
  EXPECT_EQ(trace, "a");
  EXPECT_EQ(scope.running(), 1U);
  number.set(41);
  EXPECT_EQ(trace, "a427");
  EXPECT_EQ(scope.running(), 0U);
}

TEST(Task, AValueThatIsThereAlreadyDoesNotSuspend) {
  TaskScope scope;
  Eventual<int> number;
  number.set(1);
  std::string trace;
  scope.spawn(store(number, trace, std::make_shared<int>(0)));
  EXPECT_EQ(trace, "a20");
}

TEST(Task, ADestroyedScopeFreesWhatWaitsAndIgnoresALateValue) {
  auto witness = std::make_shared<int>(1);
  Eventual<int> number;
  std::string trace;
  {
    TaskScope scope;
    scope.spawn(store(number, trace, witness));
    EXPECT_EQ(witness.use_count(), 2);
  }
  EXPECT_EQ(witness.use_count(), 1);
  number.set(3);
  EXPECT_EQ(trace, "a");
}

}  // namespace
}  // namespace monarch
