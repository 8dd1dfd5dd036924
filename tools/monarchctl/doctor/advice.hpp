// What to check when a hop has failed, in plain words. Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "monarchctl/doctor/visit.hpp"

namespace monarch::ctl::doctor {

[[nodiscard]] std::vector<std::string> advise(const Step& step, const Trouble& trouble,
                                              const Visit& visit);

// 10/8, 172.16/12, 192.168/16, 100.64/10, 169.254/16: reached from networks of their own only.
[[nodiscard]] bool is_private(std::string_view host);

}  // namespace monarch::ctl::doctor
