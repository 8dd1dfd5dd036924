// What is used of libcurl (docs/decisions/0012-libcurl-for-the-doors.md): hand a mail to an SMTP
// server, post a document to an HTTP server. Blocking, for a Worker's threads; each call has its
// bound and breaks off when the process ends. Follows no redirect and heeds no proxy of the
// environment: it speaks with whom the settings name.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "notification/adapters/worker.hpp"

namespace monarch::notification::curl {

struct Failure {
  bool temporary = false;  // another try may do better
  // Whether the server may have taken what was sent all the same.
  bool perhaps_taken = false;
  std::string text;  // without addresses, content or what the server said
};

struct Smtp {
  std::string url;  // smtp://HOST:PORT or smtps://…
  bool starttls = false;
  std::string ca_file;  // empty: the system's
  std::string user;     // empty: no authentication
  std::string password;
  Duration within{};
};

[[nodiscard]] Outcome<Failure> send_mail(const Smtp& to, const std::string& from,
                                         const std::string& recipient, const std::string& message,
                                         const Worker::Terms& terms);

struct Http {
  std::string url;
  std::string ca_file;
  std::vector<std::string> headers;  // "Name: value"
  Duration within{};
};

// Any status from 200 to 299 is good.
[[nodiscard]] Outcome<Failure> post(const Http& to, const std::string& body,
                                    const Worker::Terms& terms);

}  // namespace monarch::notification::curl
