#include "notification/adapters/curl.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <curl/curl.h>
#include <memory>
#include <string_view>

namespace monarch::notification::curl {

namespace {

constexpr std::size_t kAnswerBytesMax = 64 * 1024;

struct Closer {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Easy = std::unique_ptr<CURL, Closer>;
using List = std::unique_ptr<curl_slist, Closer>;

void add(List& list, const std::string& line) {
  auto* longer = curl_slist_append(list.get(), line.c_str());
  if (longer == nullptr) return;
  (void)list.release();
  list.reset(longer);
}

// In this process once, before the first handle; libcurl of Debian 12 locks it.
bool ready() {
  static const bool good = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  return good;
}

struct Reading {
  std::string_view left;
};

std::size_t read(char* to, std::size_t size, std::size_t count, void* from) {
  auto& reading = *static_cast<Reading*>(from);
  const auto length = std::min(size * count, reading.left.size());
  std::memcpy(to, reading.left.data(), length);
  reading.left.remove_prefix(length);
  return length;
}

// The answer is read and not looked at; one that never ends is broken off.
std::size_t discard(char* /*bytes*/, std::size_t size, std::size_t count, void* seen) {
  auto& total = *static_cast<std::size_t*>(seen);
  total += size * count;
  return total > kAnswerBytesMax ? 0 : size * count;
}

int go_on(void* stopping, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const std::atomic<bool>*>(stopping)->load() ? 1 : 0;
}

template <class T>
void set(const Easy& easy, CURLoption option, T value) {
  // Of a fixed set of options, all of which Debian's libcurl has; running out of memory ends the
  // transfer itself.
  (void)curl_easy_setopt(easy.get(), option, value);
}

void set_common(const Easy& easy, const std::string& url, const std::string& ca_file,
                Duration within, const Worker::Terms& terms) {
  const auto bound =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::min(within, terms.left));
  set(easy, CURLOPT_URL, url.c_str());
  set(easy, CURLOPT_NOSIGNAL, 1L);
  set(easy, CURLOPT_PROXY, "");
  set(easy, CURLOPT_FOLLOWLOCATION, 0L);
  set(easy, CURLOPT_TIMEOUT_MS, std::max<long>(1, static_cast<long>(bound.count())));
  set(easy, CURLOPT_NOPROGRESS, 0L);
  set(easy, CURLOPT_XFERINFOFUNCTION, &go_on);
  set(easy, CURLOPT_XFERINFODATA, const_cast<std::atomic<bool>*>(&terms.stopping));
  if (!ca_file.empty()) set(easy, CURLOPT_CAINFO, ca_file.c_str());
}

bool never_reached(CURLcode code) {
  return code == CURLE_COULDNT_CONNECT || code == CURLE_COULDNT_RESOLVE_HOST;
}

Outcome<Failure> outcome(const Easy& easy, CURLcode code, bool sent) {
  long status = 0;
  curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
  if (code == CURLE_OK) return Ok{};
  // A certificate that is wrong stays so.
  const bool lasting = status / 100 == 5 || code == CURLE_PEER_FAILED_VERIFICATION ||
                       code == CURLE_SSL_CACERT_BADFILE || code == CURLE_LOGIN_DENIED ||
                       code == CURLE_USE_SSL_FAILED || code == CURLE_URL_MALFORMAT;
  std::string text = curl_easy_strerror(code);
  if (status != 0) text += " (" + std::to_string(status) + ")";
  return fail(Failure{.temporary = !lasting,
                      .perhaps_taken = sent && !never_reached(code) && status / 100 < 4,
                      .text = std::move(text)});
}

Failure no_handle() { return {.temporary = true, .perhaps_taken = false, .text = "no memory"}; }

}  // namespace

Outcome<Failure> send_mail(const Smtp& to, const std::string& from, const std::string& recipient,
                           const std::string& message, const Worker::Terms& terms) {
  const Easy easy(ready() ? curl_easy_init() : nullptr);
  if (easy == nullptr) return fail(no_handle());
  set_common(easy, to.url, to.ca_file, to.within, terms);
  set(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  set(easy, CURLOPT_USE_SSL, static_cast<long>(to.starttls ? CURLUSESSL_ALL : CURLUSESSL_NONE));
  if (!to.user.empty()) {
    set(easy, CURLOPT_USERNAME, to.user.c_str());
    set(easy, CURLOPT_PASSWORD, to.password.c_str());
  }
  const std::string sender = "<" + from + ">";
  set(easy, CURLOPT_MAIL_FROM, sender.c_str());
  List recipients;
  add(recipients, "<" + recipient + ">");
  set(easy, CURLOPT_MAIL_RCPT, recipients.get());
  Reading reading{message};
  set(easy, CURLOPT_UPLOAD, 1L);
  set(easy, CURLOPT_READFUNCTION, &read);
  set(easy, CURLOPT_READDATA, &reading);
  const auto code = curl_easy_perform(easy.get());
  return outcome(easy, code, reading.left.empty());
}

Outcome<Failure> post(const Http& to, const std::string& body, const Worker::Terms& terms) {
  const Easy easy(ready() ? curl_easy_init() : nullptr);
  if (easy == nullptr) return fail(no_handle());
  set_common(easy, to.url, to.ca_file, to.within, terms);
  set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  // Else libcurl waits a second for the server's word before it sends a body of some size.
  List headers;
  add(headers, "Expect:");
  for (const auto& header : to.headers) add(headers, header);
  set(easy, CURLOPT_HTTPHEADER, headers.get());
  set(easy, CURLOPT_POST, 1L);
  set(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
  set(easy, CURLOPT_POSTFIELDS, body.c_str());
  std::size_t seen = 0;
  set(easy, CURLOPT_WRITEFUNCTION, &discard);
  set(easy, CURLOPT_WRITEDATA, &seen);
  const auto code = curl_easy_perform(easy.get());
  if (const auto done = outcome(easy, code, true); !done) return done;
  long status = 0;
  curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status / 100 == 2) return Ok{};
  return fail(Failure{.temporary = status / 100 == 5,
                      .perhaps_taken = false,
                      .text = "answered with status " + std::to_string(status)});
}

}  // namespace monarch::notification::curl
