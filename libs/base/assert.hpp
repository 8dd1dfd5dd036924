// The one way to state an invariant: a broken one is a bug of ours, never a peer's doing, so the
// process says where and stops. Active in every build: its cost is a predicted branch.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace monarch {

[[noreturn]] inline void assert_failed(const char* what, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: broken invariant: %s\n", file, line, what);
  std::abort();
}

}  // namespace monarch

#define MONARCH_ASSERT(condition) \
  ((condition) ? static_cast<void>(0) : ::monarch::assert_failed(#condition, __FILE__, __LINE__))
