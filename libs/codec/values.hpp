// The vocabulary shared by presence and the bus, from libs/model to the protos and back. What comes
// from another process is taken as it is: presence and notification trust each other's words, but
// never an enum's range.
#pragma once

#include "model/hint.hpp"
#include "model/presence.hpp"
#include "monarch/presence/v1/model.pb.h"

namespace monarch::codec {

namespace pb = monarch::presence::v1;

void encode(const model::Version& from, pb::Version* to);
void encode(const model::SessionRef& from, pb::SessionRef* to);
void encode(const model::Numbers& from, pb::Numbers* to);
void encode(const model::ContactState& from, pb::ContactState* to);
void encode(const model::RosterEvent& from, pb::RosterEvent* to);
void encode(const model::Person& from, pb::Person* to);

[[nodiscard]] model::Version decode(const pb::Version& from);
[[nodiscard]] model::SessionRef decode(const pb::SessionRef& from);
[[nodiscard]] model::Numbers decode(const pb::Numbers& from);
[[nodiscard]] model::ContactState decode(const pb::ContactState& from);
[[nodiscard]] model::RosterEvent decode(const pb::RosterEvent& from);
[[nodiscard]] model::Person decode(const pb::Person& from);

// An enum value of a newer peer that this one does not know becomes the first one.
[[nodiscard]] model::Status decode(pb::Status from);
[[nodiscard]] model::List decode(pb::List from);
[[nodiscard]] model::Property decode(pb::Property from);

}  // namespace monarch::codec
