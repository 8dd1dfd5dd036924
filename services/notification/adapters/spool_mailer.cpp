#include "notification/adapters/spool_mailer.hpp"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include "notification/adapters/unique_id.hpp"

namespace monarch::notification {

namespace {

using Done = Worker::Done;

constexpr std::string_view kEnding = ".eml";

Done because(const char* what) { return fail(std::string(what) + ": " + std::strerror(errno)); }

struct Descriptor {
  explicit Descriptor(int number) : value(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (value >= 0) ::close(value);
  }
  int value;
};

Done write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto count = ::write(file, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return because("cannot write");
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return Ok{};
}

Done write_file(const std::string& path, std::string_view bytes) {
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (file.value < 0) return because("cannot create a file");
  if (auto done = write_all(file.value, bytes); !done) return done;
  if (::fsync(file.value) != 0) return because("cannot write to the disk");
  return Ok{};
}

// Under another name first: whoever reads the directory sees no half of a mail.
Done put(const std::string& directory, const std::string& name, std::string_view bytes) {
  const std::string whole = directory + "/" + name + std::string(kEnding);
  const std::string half = directory + "/.tmp-" + name;
  auto done = write_file(half, bytes);
  if (done && ::rename(half.c_str(), whole.c_str()) != 0) done = because("cannot rename");
  if (!done) {
    ::unlink(half.c_str());
    return done;
  }
  // The name is on the disk, too, before anybody is told that the mail is.
  const Descriptor folder(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.value < 0 || ::fsync(folder.value) != 0) return because("cannot write to the disk");
  return Ok{};
}

std::size_t waiting(const std::string& directory) {
  std::size_t count = 0;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(directory, error)) {
    if (entry.path().extension() == kEnding) ++count;
  }
  return count;
}

}  // namespace

Outcome<std::string> SpoolMailer::check(const std::string& directory) {
  std::error_code error;
  if (!std::filesystem::exists(directory, error)) {
    if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) {
      return because(("cannot make " + directory).c_str());
    }
  }
  if (!std::filesystem::is_directory(directory, error)) return fail(directory + " is no directory");
  if (::access(directory.c_str(), W_OK | X_OK | R_OK) != 0) {
    return because(("cannot use " + directory).c_str());
  }
  return Ok{};
}

SpoolMailer::SpoolMailer(net::Loop& loop, Random& random, Settings settings)
    : random_(random), settings_(std::move(settings)), worker_(loop, 1, settings_.queue_max) {}

void SpoolMailer::mail(RequestId id, const Mail& mail, Duration within) {
  const auto now = std::chrono::duration_cast<std::chrono::seconds>(
                       std::chrono::system_clock::now().time_since_epoch())
                       .count();
  const auto unique = unique_id(random_);
  worker_.submit(
      within,
      [directory = settings_.directory, most = settings_.files_max,
       name = std::to_string(now) + "-" + unique,
       message = render(mail, settings_.letterhead, now, unique)](const Worker::Terms&) -> Done {
        if (waiting(directory) >= most) return fail(std::string("the spool is full"));
        return put(directory, name, message);
      },
      [this, id](const Done& done) {
        if (!done) {
          if (const auto held_back = often_.due(std::chrono::steady_clock::now())) {
            log::warn("mail_not_spooled", {{"error", done.error()}, {"held_back", *held_back}});
          }
        }
        const auto outcome = done ? Delivery::kTaken : Delivery::kFailed;
        driver_->enter([&](Node& node) { node.mailed(id, outcome); });
      });
}

}  // namespace monarch::notification
