// A transcript as it is after parsing: the fixture and the steps, in the notation of
// docs/protocol/sessions.md#how-to-read-them as extended by tests/transcripts/README.md.
#pragma once

#include <chrono>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "testing/transcript/fixture.hpp"
#include "testing/transcript/pattern.hpp"

namespace monarch::transcript {

struct Step {
  enum class Kind {
    kConnect,       // to `pattern`
    kSend,          // `pattern`, as one segment
    kExpect,        // each of `expected`, in any order when there are several
    kServerCloses,  // and nothing was sent before
    kClientCloses,
    kQuiet,       // `** quiet`: the server has nothing more to say on this connection
    kTimePasses,  // `duration`
    kOperator,    // `words`
    kStoreAway,   // `store`
    kStoreBack,
  };

  Kind kind = Kind::kSend;
  std::string conn;
  int line = 0;
  Pattern pattern;
  Pattern payload;  // of kSend; `<length>` in the pattern is its size
  std::vector<Expected> expected;
  std::chrono::seconds duration{0};
  Store store = Store::kPostgres;
  std::string words;
};

struct Transcript {
  std::string file;
  std::string title;
  std::string source;
  std::set<std::string> needs;  // @needs
  std::string only;             // @only: "", "cluster" or "pure"
  Fixture fixture;
  std::vector<Step> steps;
};

// Strict: whatever the notation does not know is an error "file:line: what is wrong".
[[nodiscard]] Result<Transcript, std::string> parse(std::string_view text, std::string file);
[[nodiscard]] Result<Transcript, std::string> load(const std::string& path);

// Why a target of this kind ("cluster" or "pure") that can do `features` leaves the transcript out;
// empty when it plays it.
[[nodiscard]] std::string reason_to_skip(const Transcript& transcript, std::string_view kind,
                                         const std::set<std::string>& features);

}  // namespace monarch::transcript
