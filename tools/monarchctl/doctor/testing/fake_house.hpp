// FakeHouse: a dispatch, a notification (at two addresses) and a switchboard server in one thread
// on loopback, with just as much of the protocol as the doctor speaks, and told by a test where to
// go wrong. And FakeOffice: accounts in a map. For tests only.
#pragma once

#include <arpa/inet.h>
#include <array>
#include <map>
#include <memory>
#include <mutex>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sstream>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

#include "base/assert.hpp"
#include "monarchctl/doctor/office.hpp"
#include "monarchctl/doctor/talk.hpp"

namespace monarch::ctl::doctor::testing {

class FakeOffice final : public Office {
 public:
  Result<std::vector<Node>, Trouble> nodes() override {
    if (late == 0) return table;
    --late;
    return std::vector<Node>{};
  }
  Done add(const std::string& handle, const std::string& password) override {
    const std::lock_guard lock(mutex);
    if (added == fail_at_account) {
      return fail(Trouble{Trouble::Kind::kOffice, "no PostgreSQL", 0, true});
    }
    ++added;
    passwords[handle] = password;
    return Ok{};
  }
  Done remove(const std::string& handle) override {
    const std::lock_guard lock(mutex);
    if (keep_accounts) return fail(Trouble{Trouble::Kind::kOffice, "no auth", 0, true});
    passwords.erase(handle);
    return Ok{};
  }
  Result<std::vector<Guest>, Trouble> guests() override { return found; }
  std::string password(const std::string& handle) {
    const std::lock_guard lock(mutex);
    return passwords[handle];
  }

  std::mutex mutex;
  std::map<std::string, std::string> passwords;
  std::vector<Node> table;
  std::vector<Guest> found;
  int late = 0;  // so many times the table is still empty
  int added = 0;
  int fail_at_account = -1;
  bool keep_accounts = false;
};

class FakeHouse {
 public:
  // `instead` replaces what a server says to a command: "notification XFR" → "601 %", where % is
  // the TrID; "" is silence, "close" closes. USR is "USR I" and "USR S"; RNG is a key, too.
  FakeHouse(FakeOffice& office, std::map<std::string, std::string> instead)
      : office_(office), instead_(std::move(instead)) {
    for (const char* role : {"dispatch", "notification", "notification", "switchboard"}) {
      const int number = static_cast<int>(listeners_.size());
      listeners_.push_back(listen(role));
      office_.table.push_back({role + ("-" + std::to_string(number)), role, "ready",
                               listeners_.back().address.to_string()});
    }
    // Where nothing listens any more, if the test wants so.
    for (Listener& listener : listeners_) {
      if (instead_.count(listener.role + " connect") != 0) ::close(std::exchange(listener.fd, -1));
    }
    MONARCH_ASSERT(::pipe(end_.data()) == 0);
    thread_ = std::thread([this] { serve(); });
  }
  FakeHouse(const FakeHouse&) = delete;
  FakeHouse& operator=(const FakeHouse&) = delete;
  ~FakeHouse() {
    ::close(end_[1]);
    thread_.join();
    ::close(end_[0]);
    for (const Listener& listener : listeners_) {
      if (listener.fd >= 0) ::close(listener.fd);
    }
  }

  [[nodiscard]] Endpoint dispatch() const { return listeners_[0].address; }

 private:
  struct Listener {
    std::string role;
    Endpoint address;
    int fd = -1;
  };
  struct Client {
    std::string role;
    int fd = -1;
    std::string unread;
    std::string handle = {};
    bool over = false;
  };

  static Listener listen(const std::string& role) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(at);
    auto* address = reinterpret_cast<sockaddr*>(&at);
    MONARCH_ASSERT(::bind(fd, address, size) == 0 && ::listen(fd, 8) == 0);
    MONARCH_ASSERT(::getsockname(fd, address, &size) == 0);
    return {role, {"127.0.0.1", ntohs(at.sin_port)}, fd};
  }

  void serve() {
    while (true) {
      std::vector<pollfd> fds{{end_[0], POLLIN, 0}};
      for (const Listener& listener : listeners_) fds.push_back({listener.fd, POLLIN, 0});
      for (const auto& client : clients_) fds.push_back({client->fd, POLLIN, 0});
      if (::poll(fds.data(), fds.size(), -1) < 0) continue;
      if (fds[0].revents != 0) break;
      for (std::size_t i = 0; i < clients_.size(); ++i) {
        if (fds[1 + listeners_.size() + i].revents != 0) read(*clients_[i]);
      }
      for (std::size_t i = 0; i < listeners_.size(); ++i) {
        if (fds[1 + i].revents == 0) continue;
        const int on = 1;
        ::setsockopt(listeners_[i].fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
        clients_.push_back(std::make_unique<Client>(
            Client{listeners_[i].role, ::accept(listeners_[i].fd, nullptr, nullptr), {}}));
      }
      for (const auto& client : clients_) {
        if (client->over) ::close(client->fd);
      }
      std::erase_if(clients_, [](const auto& client) { return client->over; });
    }
    for (const auto& client : clients_) ::close(client->fd);
  }

  void read(Client& client) {
    std::array<char, 4096> bytes{};
    const auto size = ::recv(client.fd, bytes.data(), bytes.size(), 0);
    if (size <= 0) {
      client.over = true;
      return;
    }
    client.unread.append(bytes.data(), static_cast<std::size_t>(size));
    for (auto end = client.unread.find("\r\n"); end != std::string::npos && !client.over;
         end = client.unread.find("\r\n")) {
      std::istringstream line(client.unread.substr(0, end));
      std::vector<std::string> words;
      for (std::string word; line >> word;) words.push_back(word);
      std::size_t used = end + 2;
      if (words.at(0) == "MSG") used += std::stoul(words.at(3));
      if (client.unread.size() < used) return;
      const std::string payload = client.unread.substr(end + 2, used - end - 2);
      client.unread.erase(0, used);
      handle(client, words, payload);
    }
  }

  void say(Client& client, const std::string& text) {
    (void)::send(client.fd, text.data(), text.size(), MSG_NOSIGNAL);
  }
  void line(Client& client, const std::string& text) { say(client, text + "\r\n"); }
  template <class Say>
  void to_others(const Client& client, Say text) {
    for (const auto& other : clients_) {
      if (other.get() != &client && other->role == client.role && !other->handle.empty()) {
        say(*other, text);
      }
    }
  }
  [[nodiscard]] const std::string& address(std::size_t listener) {
    return office_.table[listener].advertised;
  }

  // Whether the test has something else in mind.
  bool goes_wrong(Client& client, const std::string& what, const std::string& trid) {
    const auto found = instead_.find(client.role + " " + what);
    if (found == instead_.end()) return false;
    std::string text = found->second;
    if (text == "close") {
      client.over = true;
    } else if (!text.empty()) {
      if (const auto at = text.find('%'); at != std::string::npos) text.replace(at, 1, trid);
      line(client, text);
    }
    return true;
  }

  void handle(Client& client, const std::vector<std::string>& words, const std::string& payload) {
    const std::string& verb = words[0];
    const std::string trid = words.size() > 1 ? words[1] : "";
    const bool login = verb == "USR" && client.role != "switchboard";
    if (goes_wrong(client, login ? verb + " " + words.at(3) : verb, trid)) return;
    if (verb == "OUT") return leave(client);
    if (client.role == "switchboard") return chat(client, words, payload);
    if (verb == "VER") return line(client, "VER " + trid + " MSNP5 CVR0");
    if (verb == "INF") return line(client, "INF " + trid + " MD5");
    if (client.role == "dispatch") {
      line(client, "XFR " + trid + " NS " + address(1) + " 0");
      client.over = true;
      return;
    }
    if (verb == "USR") return sign_in(client, words);
    notify(client, words);
  }

  void leave(Client& client) {
    const bool chat = client.role == "switchboard";
    to_others(client, (chat ? "BYE " : "FLN ") + client.handle + "\r\n");
    client.over = true;
  }

  void sign_in(Client& client, const std::vector<std::string>& words) {
    if (words.at(3) == "I") {
      client.handle = words.at(4);
      return line(client, "USR " + words[1] + " MD5 S 1050223060.17795");
    }
    if (words.at(4) != digest("1050223060.17795", office_.password(client.handle))) {
      return line(client, "911 " + words[1]);
    }
    line(client, "USR " + words[1] + " OK " + client.handle + " Doctor");
    say(client, "MSG Hotmail Hotmail 4\r\n\r\n\r\n");
  }

  void notify(Client& client, const std::vector<std::string>& words) {
    const std::string& verb = words[0];
    const std::string& trid = words.at(1);
    if (verb == "SYN") {
      line(client, "SYN " + trid + " 1");
      for (const char* list : {"FL", "AL", "BL", "RL"}) {
        line(client, "LST " + trid + " " + list + " 1 0 0");
      }
    } else if (verb == "CHG") {
      line(client, "CHG " + trid + " " + words.at(2));
      to_others(client, "NLN " + words[2] + " " + client.handle + " Doctor\r\n");
    } else if (verb == "ADD") {
      line(client, "ADD " + trid + " " + words.at(2) + " 2 " + words.at(3) + " " + words.at(4));
      if (words[2] == "AL") return;
      line(client, "ILN " + trid + " NLN " + words[3] + " Doctor");
      to_others(client, "ADD 0 RL 3 " + client.handle + " Doctor\r\n");
    } else if (verb == "XFR") {
      line(client, "XFR " + trid + " SB " + address(3) + " CKI 1.2.3");
    }
  }

  void chat(Client& client, const std::vector<std::string>& words, const std::string& payload) {
    const std::string& verb = words[0];
    const std::string& trid = words.at(1);
    if (verb == "USR") {
      client.handle = words.at(2);
      line(client, "USR " + trid + " OK " + client.handle + " Doctor");
    } else if (verb == "CAL") {
      line(client, "CAL " + trid + " RINGING 11752013");
      for (const auto& other : clients_) {
        if (other->role != "notification" || other->handle != words.at(2)) continue;
        if (goes_wrong(*other, "RNG", "")) continue;
        line(*other, "RNG 11752013 " + address(3) + " CKI 4.5.6 " + client.handle + " Doctor");
      }
    } else if (verb == "ANS") {
      client.handle = words.at(2);
      for (const auto& other : clients_) {
        if (other.get() == &client || other->role != client.role) continue;
        line(client, "IRO " + trid + " 1 1 " + other->handle + " Doctor");
      }
      line(client, "ANS " + trid + " OK");
      to_others(client, "JOI " + client.handle + " Doctor\r\n");
    } else if (verb == "MSG") {
      to_others(client, "MSG " + client.handle + " Doctor " + std::to_string(payload.size()) +
                            "\r\n" + payload);
      line(client, "ACK " + trid);
    }
  }

  FakeOffice& office_;
  std::map<std::string, std::string> instead_;
  std::vector<Listener> listeners_;
  std::vector<std::unique_ptr<Client>> clients_;
  std::array<int, 2> end_{};
  std::thread thread_;
};

}  // namespace monarch::ctl::doctor::testing
