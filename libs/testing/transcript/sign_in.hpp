// `@signed-in`: the steps that sign a user in, so that a transcript need not spell them. Knows who
// was signed in before and writes the ILN and NLN lines that follow from the fixture, so that the
// preamble is as strict as the rest.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "testing/transcript/fixture.hpp"
#include "testing/transcript/transcript.hpp"

namespace monarch::transcript {

struct SignIn {
  std::string conn;
  std::string account;  // key
  Node node;
  int dialect = 5;
  std::string status = "NLN";  // "-": no CHG
  bool synchronises = true;
  std::uint32_t serial = 0;  // that the account has now
  int line = 0;
};

class SignIns {
 public:
  [[nodiscard]] std::vector<Step> steps(const Fixture& fixture, const SignIn& sign_in);
  void ended(const std::string& conn) { online_.erase(conn); }

 private:
  struct Online {
    std::string account;
    std::string status;
  };
  void add_presence(const Fixture& fixture, const Account& account, const SignIn& sign_in,
                    std::vector<Step>& steps) const;
  std::map<std::string, Online> online_;  // by connection
};

}  // namespace monarch::transcript
