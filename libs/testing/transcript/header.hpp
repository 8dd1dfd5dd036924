// The directives at the head of a transcript: they fill the fixture and say who plays the file.
// Used by the parser only.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "testing/transcript/sign_in.hpp"
#include "testing/transcript/transcript.hpp"

namespace monarch::transcript {

[[nodiscard]] std::vector<std::string_view> words(std::string_view text);

class Header {
 public:
  using Done = Outcome<std::string>;

  explicit Header(Transcript& transcript) : transcript_(transcript) {}

  // One directive without its `@`: `account alice serial=14`.
  [[nodiscard]] Done directive(std::string_view text);
  // After the last directive: what must hold of all of them together.
  [[nodiscard]] Done check() const;
  // The words after `@signed-in`.
  [[nodiscard]] Result<SignIn, std::string> signed_in(std::string_view text) const;

 private:
  using Words = std::vector<std::string_view>;
  using Handler = Done (Header::*)(const Words&);
  struct Entry {
    std::string_view name;
    std::size_t least;
    std::size_t most;
    Handler handler;
  };
  static const std::vector<Entry>& table();

  Done account(const Words& arguments);
  Done serial(const Words& arguments);
  Done list(const Words& arguments);
  Done property(const Words& arguments);
  Done gtc(const Words& arguments);
  Done blp(const Words& arguments);
  Done group(const Words& arguments);
  Done nodes(const Words& arguments);
  Done draining(const Words& arguments);
  Done full(const Words& arguments);
  Done no_nodes(const Words& arguments);
  Done no_room(const Words& arguments);
  Done no_switchboards(const Words& arguments);
  Done needs(const Words& arguments);
  Done only(const Words& arguments);
  Done setting(const Words& arguments);

  [[nodiscard]] Account* find(std::string_view key);

  Transcript& transcript_;
  std::map<std::string, Node, std::less<>> nodes_;  // @nodes, by connection
};

}  // namespace monarch::transcript
