// The doors that lead out of the cluster: mail to people without an account, and pages to mobile
// phones (docs/doors.md). To be opened by the adapters or by a test; the rules are those of
// ports.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/handle.hpp"
#include "notification/core/outcomes.hpp"
#include "notification/core/page_text.hpp"
#include "notification/core/ports.hpp"

namespace monarch::notification {

// An invitation (docs/protocol/notification.md#snd-2, #sdc-5). What the user chose of it is plain
// text: UTF-8 without control characters but, in `text`, line feeds.
struct Mail {
  std::string to;  // an address of the form that Handle has
  Handle from;
  std::string name;  // the sender's, one line
  std::string text;  // his own words; often empty
};

class Mailer {
 public:
  virtual ~Mailer() = default;
  // Answered by Node::mailed() when somebody else has taken it over for good, or nobody will. The
  // node stops waiting after `within`: what has not been begun by then must not be sent, for the
  // user was told that it failed.
  virtual void mail(RequestId id, const Mail& mail, Duration within) = 0;
};

// A text for a mobile phone (docs/protocol/notification.md#pag-5-8).
struct Page {
  Handle from;
  std::string name;  // the sender's, one line of plain text
  Handle to;
  std::string number;  // of the recipient's mobile phone, as he wrote it; may be empty
  PageText content;
};

class Pager {
 public:
  virtual ~Pager() = default;
  // Answered by Node::paged(), under the terms of Mailer::mail().
  virtual void page(RequestId id, const Page& page, Duration within) = 0;
};

struct Doors {
  Mailer& mailer;
  Pager& pager;
};

}  // namespace monarch::notification
