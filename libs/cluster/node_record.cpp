#include "cluster/node_record.hpp"

#include <charconv>

namespace monarch::cluster {

namespace {

template <class I>
bool read_number(std::string_view text, I& number) {
  const auto* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && rest == end;
}

// False: the value is none for that key. Unknown keys are somebody's tomorrow.
bool take(std::string_view key, std::string_view value, NodeRecord& record) {
  if (key == "incarnation") return read_number(value, record.incarnation);
  if (key == "beat") return read_number(value, record.beat);
  if (key == "capacity") return read_number(value, record.capacity);
  if (key == "load") return read_number(value, record.load);
  if (key == "role") record.role = value;
  if (key == "advertised") record.advertised = value;
  if (key == "rpc") record.rpc = value;
  // A state of tomorrow's is one that takes no new work.
  if (key == "state") record.state = value == "ready" ? NodeState::kReady : NodeState::kDraining;
  return true;
}

}  // namespace

std::string encoded_incarnation(const NodeRecord& record) {
  return "incarnation=" + std::to_string(record.incarnation) + "\n";
}

std::string encoded_beat(const NodeRecord& record) {
  return encoded_incarnation(record) + "beat=" + std::to_string(record.beat) + "\n";
}

std::string encode(const NodeRecord& record) {
  return encoded_beat(record) + "role=" + record.role + "\nadvertised=" + record.advertised +
         "\nrpc=" + record.rpc + "\ncapacity=" + std::to_string(record.capacity) +
         "\nload=" + std::to_string(record.load) +
         "\nstate=" + (record.state == NodeState::kReady ? "ready" : "draining") + "\n";
}

std::optional<NodeRecord> decode(const NodeId& id, std::string_view bytes) {
  if (bytes.size() > kRecordBytesMax) return std::nullopt;
  NodeRecord record;
  record.id = id;
  while (!bytes.empty()) {
    const auto end = bytes.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    const auto line = bytes.substr(0, end);
    bytes.remove_prefix(end + 1);
    const auto equals = line.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    if (!take(line.substr(0, equals), line.substr(equals + 1), record)) return std::nullopt;
  }
  if (record.incarnation == 0 || record.role.empty()) return std::nullopt;
  return record;
}

}  // namespace monarch::cluster
