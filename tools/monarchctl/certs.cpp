#include "monarchctl/certs.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include "base/endpoint.hpp"
#include "pki/authority.hpp"
#include "runtime/settings.hpp"

namespace monarch::ctl {

namespace {

constexpr std::array kServices = {"auth",     "presence", "notification", "switchboard",
                                  "dispatch", "admin",    "mailbox"};
// Not every cluster has a mail system: its certificate is made when it is asked for.
constexpr std::size_t kUsual = kServices.size() - 1;
constexpr std::int64_t kDay = 86'400;
constexpr std::int64_t kAuthorityDays = 3650;
// Machines whose clocks differ a little are to accept a certificate at once.
constexpr std::int64_t kClockSkew = 300;
constexpr mode_t kPublic = 0644;
constexpr mode_t kPrivate = 0600;

using Done = Outcome<Problem>;

Problem refused(std::string text) { return {kRefused, std::move(text)}; }
Problem cannot(const std::string& what, const std::string& path) {
  return {kRefused, "cannot " + what + " " + path + ": " + std::strerror(errno)};
}

bool exists(const std::string& path) {
  struct stat about {};
  return ::lstat(path.c_str(), &about) == 0;
}

enum class Over { kNothing, kWhatIsThere };

// Whole or not at all, and on the disk before it has its name.
Done write_file(const std::string& path, const std::string& text, mode_t mode, Over over) {
  const std::string fresh = path + ".new";
  ::unlink(fresh.c_str());
  const int file = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (file < 0) return fail(cannot("write", fresh));
  const bool written =
      ::fchmod(file, mode) == 0 &&
      ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
      ::fsync(file) == 0;
  const int closed = ::close(file);
  const unsigned flags = over == Over::kNothing ? RENAME_NOREPLACE : 0;
  if (written && closed == 0 &&
      ::renameat2(AT_FDCWD, fresh.c_str(), AT_FDCWD, path.c_str(), flags) == 0) {
    return Ok{};
  }
  const Problem problem = cannot("write", path);
  ::unlink(fresh.c_str());
  return fail(problem);
}

class Folder {
 public:
  explicit Folder(const std::string& directory) : directory_(directory) {}

  [[nodiscard]] std::string certificate(const std::string& name) const {
    return directory_ + "/" + name + ".crt";
  }
  [[nodiscard]] std::string key(const std::string& name) const {
    return directory_ + "/" + name + ".key";
  }

  [[nodiscard]] Done make() const {
    if (::mkdir(directory_.c_str(), 0700) == 0 || errno == EEXIST) return Ok{};
    return fail(cannot("make", directory_));
  }

  // The key first: who reads the certificate then finds its key.
  [[nodiscard]] Done write(const std::string& name, const pki::Issued& issued, Over over) const {
    if (auto done = write_file(key(name), issued.key, kPrivate, over); !done) return done;
    return write_file(certificate(name), issued.certificate, kPublic, over);
  }

  [[nodiscard]] Result<pki::Authority, Problem> authority() const {
    const auto found = runtime::read_small_file(certificate("ca"));
    if (!found) return fail(refused(found.error() + "; certs init without --renew makes one"));
    const auto secret = runtime::read_secret_file(key("ca"));
    if (!secret) return fail(refused(secret.error()));
    auto loaded = pki::Authority::load(*found, *secret);
    if (!loaded) return fail(refused(certificate("ca") + " and ca.key " + loaded.error()));
    return std::move(loaded).value();
  }

  // Nothing: there is none, or none that can be read.
  [[nodiscard]] std::optional<pki::Certificate> read(const std::string& name) const {
    const auto text = runtime::read_small_file(certificate(name));
    if (!text) return std::nullopt;
    auto found = pki::read_certificate(*text);
    if (!found) return std::nullopt;
    return std::move(found).value();
  }

 private:
  std::string directory_;
};

std::string services_listed() {
  std::string text;
  for (const char* service : kServices) text += (text.empty() ? "" : ", ") + std::string(service);
  return text;
}

Result<std::vector<std::string>, Problem> services_of(const CertsOptions& options) {
  for (const auto& service : options.services) {
    if (std::find(kServices.begin(), kServices.end(), service) == kServices.end()) {
      return fail(
          Problem{kFailed, "--service: \"" + service + "\" is none of " + services_listed()});
    }
  }
  if (!options.services.empty()) return options.services;
  return std::vector<std::string>(kServices.begin(), kServices.begin() + kUsual);
}

void add_host(pki::Request& request, const std::string& host) {
  auto& names = is_ipv4_literal(host) ? request.addresses : request.dns_names;
  if (std::find(names.begin(), names.end(), host) == names.end()) names.push_back(host);
}

// What a renewed certificate replaces names the hosts, unless they are given anew.
pki::Request request_of(const std::string& service, const CertsOptions& options,
                        const std::optional<pki::Certificate>& before, std::int64_t now) {
  pki::Request request;
  request.subject = service;
  request.dns_names = {runtime::certificate_name(service)};
  request.serves = service != "admin";
  request.not_before = now - kClockSkew;
  request.not_after = now + options.days * kDay;
  std::vector<std::string> hosts = options.hosts;
  if (hosts.empty() && before) {
    hosts = before->dns_names;
    hosts.insert(hosts.end(), before->addresses.begin(), before->addresses.end());
  }
  for (const auto& host : hosts) add_host(request, host);
  return request;
}

using Leaves = std::vector<std::pair<std::string, pki::Issued>>;

Result<Leaves, Problem> issue(const pki::Authority& authority, const Folder& folder,
                              const std::vector<std::string>& services, const CertsOptions& options,
                              std::int64_t now) {
  Leaves leaves;
  for (const auto& service : services) {
    const auto before = options.renew ? folder.read(service) : std::nullopt;
    auto issued = authority.issue(request_of(service, options, before, now));
    if (!issued) return fail(Problem{kFailed, "--host: " + issued.error()});
    leaves.emplace_back(service, std::move(issued).value());
  }
  return leaves;
}

Done nothing_is_there(const Folder& folder, const std::vector<std::string>& services) {
  std::vector<std::string> paths{folder.certificate("ca"), folder.key("ca")};
  for (const auto& service : services) {
    paths.push_back(folder.certificate(service));
    paths.push_back(folder.key(service));
  }
  for (const auto& path : paths) {
    if (!exists(path)) continue;
    return fail(refused(path +
                        " is there already and is not overwritten; --renew issues new certificates "
                        "by the authority that is there"));
  }
  return Ok{};
}

std::string state_of(const pki::Certificate& certificate, std::int64_t now) {
  if (now >= certificate.not_after) return "expired";
  return now < certificate.not_before ? "not yet valid" : "valid";
}

nlohmann::ordered_json json_of(const std::string& name, const pki::Certificate& certificate,
                               std::int64_t now) {
  return {{"name", name},
          {"state", state_of(certificate, now)},
          {"expires", pki::utc(certificate.not_after)},
          {"days_left", (certificate.not_after - now) / kDay},
          {"dns_names", certificate.dns_names},
          {"addresses", certificate.addresses}};
}

Answer show(const Folder& folder, const std::string& directory, std::int64_t now) {
  Output output;
  auto list = nlohmann::ordered_json::array();
  std::vector<std::vector<std::string>> rows{{"NAME", "STATE", "EXPIRES", "DAYS LEFT", "FOR"}};
  std::vector<std::string> names{"ca"};
  names.insert(names.end(), kServices.begin(), kServices.end());
  for (const auto& name : names) {
    const auto certificate = folder.read(name);
    if (!certificate) {
      if (!exists(folder.certificate(name))) continue;
      return fail(refused(folder.certificate(name) + " cannot be read as a certificate"));
    }
    std::string all;
    for (const auto* some : {&certificate->dns_names, &certificate->addresses}) {
      for (const auto& host : *some) all += (all.empty() ? "" : " ") + host;
    }
    const auto row = json_of(name, *certificate, now);
    rows.push_back({name, row["state"], row["expires"],
                    std::to_string(row["days_left"].get<std::int64_t>()),
                    certificate->authority ? "signing the others" : all});
    if (now >= certificate->not_after) output.status = kRefused;
    list.push_back(row);
  }
  if (list.empty()) return fail(refused("there are no certificates in " + directory));
  output.json["certificates"] = std::move(list);
  output.text = table(rows);
  return output;
}

}  // namespace

Answer init_certs(const CertsOptions& options, std::int64_t now) {
  const auto services = services_of(options);
  if (!services) return fail(services.error());
  const Folder folder(options.directory);
  const Over over = options.renew ? Over::kWhatIsThere : Over::kNothing;
  if (!options.renew) {
    if (const auto done = nothing_is_there(folder, *services); !done) return fail(done.error());
  }
  auto authority = options.renew ? folder.authority()
                                 : Result<pki::Authority, Problem>(pki::Authority::create(
                                       "Monarch", now - kClockSkew, now + kAuthorityDays * kDay));
  if (!authority) return fail(authority.error());
  // All of it before the first is written.
  const auto leaves = issue(*authority, folder, *services, options, now);
  if (!leaves) return fail(leaves.error());
  if (!options.renew) {
    if (const auto done = folder.make(); !done) return fail(done.error());
    if (const auto done = folder.write("ca", authority->pem(), over); !done) {
      return fail(done.error());
    }
  }
  for (const auto& [service, issued] : *leaves) {
    if (const auto done = folder.write(service, issued, over); !done) return fail(done.error());
  }
  auto answer = show(folder, options.directory, now);
  if (!answer) return answer;
  answer->json["directory"] = options.directory;
  answer->text +=
      "A node needs ca.crt, and its own service's .crt and .key; whoever runs monarchctl those of "
      "admin.\n"
      "Keep ca.key where no node runs: who has it can be anybody.\n";
  return answer;
}

Answer show_certs(const std::string& directory, std::int64_t now) {
  return show(Folder(directory), directory, now);
}

}  // namespace monarch::ctl
