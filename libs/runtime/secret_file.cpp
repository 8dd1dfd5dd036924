#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/settings.hpp"

namespace monarch::runtime {

namespace {
constexpr std::size_t kSecretBytesMax = 64 * 1024;

struct File {
  int descriptor;
  ~File() {
    if (descriptor >= 0) ::close(descriptor);
  }
};
}  // namespace

Result<std::string, std::string> read_secret_file(const std::string& path) {
  const std::string shown = "\"" + path + "\"";
  const File file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (file.descriptor < 0) return fail("cannot read " + shown + ": " + std::strerror(errno));
  struct stat about {};
  if (::fstat(file.descriptor, &about) != 0 || !S_ISREG(about.st_mode)) {
    return fail(shown + " is not a file");
  }
  if ((about.st_mode & S_IROTH) != 0) {
    return fail(shown + " can be read by everybody; chmod o-r it");
  }
  std::string secret(kSecretBytesMax + 1, '\0');
  std::size_t size = 0;
  while (size < secret.size()) {
    const ssize_t count = ::read(file.descriptor, secret.data() + size, secret.size() - size);
    if (count < 0) return fail("cannot read " + shown + ": " + std::strerror(errno));
    if (count == 0) break;
    size += static_cast<std::size_t>(count);
  }
  if (size > kSecretBytesMax) return fail(shown + " is longer than 64 KiB");
  secret.resize(size);
  if (secret.ends_with('\n')) secret.pop_back();
  if (secret.ends_with('\r')) secret.pop_back();
  if (secret.empty()) return fail(shown + " is empty");
  return secret;
}

}  // namespace monarch::runtime
