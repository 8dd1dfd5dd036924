// NodeRecord: what a process says of itself to the others, as it stands in the Redis hash
// monarch:nodes (field: node id). A value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/ids.hpp"

namespace monarch::cluster {

enum class NodeState : std::uint8_t { kReady, kDraining };

struct NodeRecord {
  NodeId id;
  // Random, made at each start of the process: tells a restarted node from the one before.
  std::uint64_t incarnation = 0;
  std::string role;            // "dispatch", "notification", "switchboard", "presence", "auth"
  std::string advertised;      // host:port for clients; empty where no client connects
  std::string rpc;             // host:port for the other services
  std::uint32_t capacity = 0;  // in the role's own unit (sessions, conversations)
  std::uint32_t load = 0;      // in the same unit
  NodeState state = NodeState::kReady;
  std::uint64_t beat = 0;  // raised by each heartbeat

  friend bool operator==(const NodeRecord&, const NodeRecord&) = default;
};

inline constexpr std::string_view kNodesKey = "monarch:nodes";
inline constexpr std::size_t kRecordBytesMax = 2048;
inline constexpr std::size_t kNodesMax = 2000;

// "key=value" lines, incarnation and beat first; unknown keys are skipped, so that N and N+1
// understand each other. decode answers nothing for bytes that are no record.
[[nodiscard]] std::string encode(const NodeRecord& record);
// How every encoded record of this incarnation, or of this very beat of it, begins.
[[nodiscard]] std::string encoded_incarnation(const NodeRecord& record);
[[nodiscard]] std::string encoded_beat(const NodeRecord& record);
[[nodiscard]] std::optional<NodeRecord> decode(const NodeId& id, std::string_view bytes);

}  // namespace monarch::cluster
