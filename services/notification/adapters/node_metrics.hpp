// NodeMetrics: copies what the node counts into the process's metrics, once a second. Loop thread
// only.
#pragma once

#include <vector>

#include "notification/core/node.hpp"
#include "runtime/copied_counters.hpp"
#include "runtime/metrics.hpp"

namespace monarch::notification {

class NodeMetrics {
 public:
  explicit NodeMetrics(metrics::Registry& registry);
  void update(const Node& node);

 private:
  metrics::CopiedFamily sign_ins_;
  metrics::CopiedTable commands_;
  metrics::CopiedRows referrals_;
  metrics::CopiedFamily closes_;
  metrics::CopiedFamily presence_hints_;
  metrics::CopiedFamily roster_hints_;
  metrics::CopiedFamily repairs_;
  metrics::CopiedTable notices_;
  metrics::CopiedFamily mail_answers_;
  metrics::CopiedFamily mails_;
  metrics::CopiedFamily pages_;
  metrics::CopiedFamily searches_;
  metrics::CopiedCounter accepted_;
  metrics::CopiedCounter turned_away_;
  metrics::CopiedCounter strangers_refused_;
  metrics::CopiedCounter throttled_;
  metrics::CopiedCounter bytes_received_;
  metrics::CopiedCounter bytes_sent_;
  metrics::CopiedCounter challenges_sent_;
  metrics::CopiedCounter challenges_passed_;
  metrics::CopiedFamily errors_sent_;
  metrics::CopiedCounter requests_;
  metrics::CopiedCounter requests_repeated_;
  metrics::CopiedCounter requests_failed_;
  metrics::CopiedCounter requests_refused_;
  metrics::CopiedCounter gaps_;
  metrics::CopiedCounter hints_overflowed_;
  metrics::CopiedCounter closes_dropped_;
  metrics::Gauge connections_;
  std::vector<metrics::Gauge> sessions_;  // from MSNP2 on
};

}  // namespace monarch::notification
