#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/settings.hpp"

namespace monarch::runtime {

namespace {
constexpr std::size_t kFileBytesMax = 64 * 1024;

struct File {
  int descriptor;
  ~File() {
    if (descriptor >= 0) ::close(descriptor);
  }
};

enum class Secrecy { kPublic, kSecret };

Result<std::string, std::string> read_whole(const std::string& path, Secrecy secrecy) {
  const std::string shown = "\"" + path + "\"";
  const File file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (file.descriptor < 0) return fail("cannot read " + shown + ": " + std::strerror(errno));
  struct stat about {};
  if (::fstat(file.descriptor, &about) != 0 || !S_ISREG(about.st_mode)) {
    return fail(shown + " is not a file");
  }
  if (secrecy == Secrecy::kSecret && (about.st_mode & S_IROTH) != 0) {
    return fail(shown + " can be read by everybody; chmod o-r it");
  }
  std::string text(kFileBytesMax + 1, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t count = ::read(file.descriptor, text.data() + size, text.size() - size);
    if (count < 0) return fail("cannot read " + shown + ": " + std::strerror(errno));
    if (count == 0) break;
    size += static_cast<std::size_t>(count);
  }
  if (size > kFileBytesMax) return fail(shown + " is longer than 64 KiB");
  text.resize(size);
  if (text.empty()) return fail(shown + " is empty");
  return text;
}

}  // namespace

Result<std::string, std::string> read_small_file(const std::string& path) {
  return read_whole(path, Secrecy::kPublic);
}

Result<std::string, std::string> read_secret_file(const std::string& path) {
  auto secret = read_whole(path, Secrecy::kSecret);
  if (!secret) return secret;
  if (secret->ends_with('\n')) secret->pop_back();
  if (secret->ends_with('\r')) secret->pop_back();
  if (secret->empty()) return fail("\"" + path + "\" is empty");
  return secret;
}

}  // namespace monarch::runtime
