// An index that has no generation, and several who notice at once (ARCHITECTURE.md#rule-5).
#include <gtest/gtest.h>
#include <optional>
#include <utility>

#include "presence/core/testing/world.hpp"

namespace monarch::presence {
namespace {

using testing::World;

Task<void> ask(Presence& presence, model::Request request, std::optional<model::Reply>& reply) {
  auto handling = presence.handle(std::move(request));
  reply.emplace(co_await handling);
}

TEST(Generation, WhoComesWhileItIsFetchedWaitsForIt) {
  World world;
  for (std::uint64_t n = 1; n <= 3; ++n) world.create(n);
  std::optional<model::Reply> replies[3];
  TaskScope tasks;
  for (std::uint64_t n = 1; n <= 3; ++n) {
    tasks.spawn(ask(world.presence, World::open_request(n, 100 * n), replies[n - 1]));
  }
  world.steps.run_all();
  for (const auto& reply : replies) {
    ASSERT_TRUE(reply.has_value());
    EXPECT_TRUE(std::holds_alternative<model::Opened>(*reply));
  }
}

}  // namespace
}  // namespace monarch::presence
