// Driver: how this service's adapters enter the node.
#pragma once

#include "net/core_driver.hpp"
#include "notification/core/node.hpp"

namespace monarch::notification {

using Driver = net::CoreDriver<Node>;

}  // namespace monarch::notification
