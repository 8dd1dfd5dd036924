// The simulation over many seeds, and one seed again: --seed N [--steps N].
// --survey 1 says of each seed what is wrong.
#include "simulation.hpp"

#include <cstdio>
#include <cstdlib>
#include <gtest/gtest.h>
#include <string>
#include <string_view>

namespace monarch::simulation {
namespace {

std::uint64_t first_seed = 1;
// About ten seconds; a sanitizer makes everything that much slower.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
std::uint64_t seeds = 150;
#else
std::uint64_t seeds = 1'500;
#endif
unsigned steps = 2'000;
std::size_t trace_lines = 80;

// Runs the seed once more to tell the story of its end: everything follows from it.
std::string story(Plan plan) {
  plan.trace_lines = trace_lines;
  Simulation again(plan);
  const std::string wrong = again.run();
  std::string text = wrong + "\n  again with: --seed " + std::to_string(plan.seed) + " --steps " +
                     std::to_string(plan.steps) + "\n";
  for (const auto& line : again.trace()) text += "    " + line + "\n";
  return text;
}

TEST(Simulation, AfterEveryStormEverybodySeesTheTruth) {
  std::size_t replies = 0;
  for (std::uint64_t seed = first_seed; seed < first_seed + seeds; ++seed) {
    const Plan plan{seed, steps, true, 0};
    Simulation simulation(plan);
    const std::string wrong = simulation.run();
    replies += simulation.replies();
    ASSERT_EQ(wrong, "") << story(plan);
  }
  // Something must have happened in between.
  EXPECT_GT(replies, seeds * steps / 20);
}

// ARCHITECTURE.md#rule-4: in a healthy cluster nothing is ever repaired.
TEST(Simulation, InPeaceNothingNeedsRepair) {
  for (std::uint64_t seed = first_seed; seed < first_seed + (seeds + 9) / 10; ++seed) {
    const Plan plan{seed, steps, false, 0};
    Simulation simulation(plan);
    const std::string wrong = simulation.run();
    ASSERT_EQ(wrong, "") << story(plan);
    ASSERT_EQ(simulation.repairs(), "") << story(plan);
  }
}

// One line for each seed, without stopping at the first that fails.
int survey() {
  int failed = 0;
  for (std::uint64_t seed = first_seed; seed < first_seed + seeds; ++seed) {
    const std::string wrong = Simulation({seed, steps, true, 0}).run();
    if (wrong.empty()) continue;
    ++failed;
    std::printf("seed %llu: %s\n", static_cast<unsigned long long>(seed), wrong.c_str());
  }
  std::printf("%d of %llu failed\n", failed, static_cast<unsigned long long>(seeds));
  return failed == 0 ? 0 : 1;
}

}  // namespace
}  // namespace monarch::simulation

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  using namespace monarch::simulation;
  bool surveying = false;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view flag = argv[i];
    const auto value = std::strtoull(argv[i + 1], nullptr, 10);
    if (flag == "--seed") {
      first_seed = value;
      seeds = 1;
    } else if (flag == "--seeds") {
      seeds = value;
    } else if (flag == "--steps") {
      steps = static_cast<unsigned>(value);
    } else if (flag == "--trace") {
      trace_lines = value;
    } else if (flag == "--survey") {
      surveying = value != 0;
    } else {
      std::fprintf(stderr,
                   "usage: %s [--seed N] [--seeds N] [--steps N] [--trace N] [--survey 1]\n",
                   argv[0]);
      return 2;
    }
  }
  return surveying ? survey() : RUN_ALL_TESTS();
}
