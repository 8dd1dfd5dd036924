// What Registrar and Registry say to Redis: the keys and the one script. Private to libs/cluster.
#pragma once

#include <chrono>
#include <cstdint>
#include <random>

#include "base/clock.hpp"
#include "stores/redis_reply.hpp"

namespace monarch::cluster {

// Takes a record out if it still begins with ARGV[2]: a node's leave() must not remove the record
// of its next incarnation, a purge not that of a node which has just come back.
inline const stores::Script& remove_script() {
  static const stores::Script script(
      "local record = redis.call('HGET', KEYS[1], ARGV[1])\n"
      "if record and string.sub(record, 1, #ARGV[2]) == ARGV[2] then\n"
      "  return redis.call('HDEL', KEYS[1], ARGV[1])\n"
      "end\n"
      "return 0\n");
  return script;
}

// 90 to 110 % of the interval: a hundred nodes started together do not speak at once for ever.
inline Duration jittered(std::chrono::milliseconds interval) {
  thread_local std::minstd_rand engine{std::random_device{}()};
  std::uniform_int_distribution<std::int64_t> percent(90, 110);
  return std::chrono::microseconds(interval) * percent(engine) / 100;
}

}  // namespace monarch::cluster
