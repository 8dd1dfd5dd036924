// Driver: how this service's adapters enter the exchange.
#pragma once

#include "net/core_driver.hpp"
#include "switchboard/core/exchange.hpp"

namespace monarch::switchboard {

using Driver = net::CoreDriver<Exchange>;

}  // namespace monarch::switchboard
