// Plays transcripts against the pure cores: a PureCluster made after the fixture. One thread; what
// is not there when it is asked for will not come.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "testing/transcript/target.hpp"
#include "testing/world/pure_cluster.hpp"

namespace monarch::world {

class PureTarget final : public transcript::Target {
 public:
  // Every byte a segment of its own, or each segment as the transcript has it.
  explicit PureTarget(bool every_byte = false) : every_byte_(every_byte) {}

  [[nodiscard]] Done prepare(const transcript::Fixture& fixture) override;
  [[nodiscard]] Result<std::string, std::string> resolve(const transcript::Node& node) override;
  [[nodiscard]] std::vector<std::string> ready(transcript::Role role) override;
  [[nodiscard]] Done connect(const std::string& conn, const std::string& address) override;
  [[nodiscard]] Done send(const std::string& conn, std::string_view bytes) override;
  [[nodiscard]] transcript::Received receive(const std::string& conn, TimePoint deadline) override;
  void close(const std::string& conn) override;
  [[nodiscard]] Done advance(std::chrono::seconds by) override;
  [[nodiscard]] Done operate(std::string_view words) override;
  [[nodiscard]] Done take_away(transcript::Store store) override;
  [[nodiscard]] Done bring_back(transcript::Store store) override;

  [[nodiscard]] PureCluster& cluster() { return *cluster_; }

 private:
  bool every_byte_;
  std::unique_ptr<PureCluster> cluster_;
  std::map<std::string, ClientId> clients_;
};

// Makes the accounts and rosters of a fixture, each with exactly its serial.
[[nodiscard]] transcript::Target::Done write_fixture(const transcript::Fixture& fixture,
                                                     PureCluster& cluster);

}  // namespace monarch::world
