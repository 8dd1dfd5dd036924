#include "switchboard/core/exchange.hpp"

#include <utility>

#include "switchboard/core/hall.hpp"

namespace monarch::switchboard {

Exchange::Exchange(const Settings& settings, Wire& wire, PresenceDoor& presence, const Clock& clock,
                   Random& random)
    : hall_(std::make_unique<Hall>(settings, wire, presence, clock, random)) {}
Exchange::~Exchange() = default;

bool Exchange::connected(ConnectionId connection) { return hall_->connected(connection); }
void Exchange::received(ConnectionId connection, std::string_view bytes) {
  hall_->received(connection, bytes);
}
void Exchange::disconnected(ConnectionId connection, CloseReason reason) {
  hall_->disconnected(connection, reason);
}

Result<std::string, NoTicket> Exchange::reserve(Identity identity) {
  return hall_->reserve(std::move(identity));
}
void Exchange::invited(RequestId id, Invited answer) { hall_->invited(id, std::move(answer)); }

void Exchange::advance() { hall_->advance(); }
std::optional<TimePoint> Exchange::deadline() const { return hall_->deadline(); }

void Exchange::drain() { hall_->drain(); }
std::size_t Exchange::shut_down(std::size_t most) { return hall_->shut_down(most); }

bool Exchange::draining() const { return hall_->draining(); }
bool Exchange::drained() const {
  return hall_->draining() && hall_->connections() == 0 && hall_->conversations() == 0 &&
         hall_->tickets() == 0;
}
std::size_t Exchange::connections() const { return hall_->connections(); }
std::size_t Exchange::conversations() const { return hall_->conversations(); }
std::size_t Exchange::tickets() const { return hall_->tickets(); }
const Counters& Exchange::counters() const { return hall_->counters(); }

}  // namespace monarch::switchboard
