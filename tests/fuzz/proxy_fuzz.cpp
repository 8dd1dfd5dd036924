// Fuzzes the parser of the PROXY protocol: whatever comes, the verdict does not depend on the cuts,
// it comes within the limit, and a header that was read is no longer than what was given.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/assert.hpp"
#include "net/proxy_header.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace monarch::net;
  using Step = ProxyVerdict::Step;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const ProxyVerdict whole = parse_proxy_header(bytes);
  MONARCH_ASSERT(whole.step != Step::kNeedMore || size < kProxyHeaderBytesMax);
  MONARCH_ASSERT(whole.step != Step::kDone || (whole.size > 0 && whole.size <= size));
  bool decided = false;
  for (std::size_t cut = 0; cut <= size && cut <= kProxyHeaderBytesMax; ++cut) {
    const ProxyVerdict part = parse_proxy_header(bytes.substr(0, cut));
    MONARCH_ASSERT(!decided || part.step != Step::kNeedMore);
    if (part.step == Step::kNeedMore) continue;
    decided = true;
    MONARCH_ASSERT(part.step == whole.step && part.size == whole.size);
    MONARCH_ASSERT(part.header.proxied == whole.header.proxied);
    MONARCH_ASSERT(part.header.source == whole.header.source);
    MONARCH_ASSERT(part.header.port == whole.header.port);
  }
  return 0;
}
