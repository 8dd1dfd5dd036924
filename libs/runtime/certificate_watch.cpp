#include "runtime/certificate_watch.hpp"

#include <sys/stat.h>
#include <utility>

#include "runtime/log.hpp"

namespace monarch::runtime {

namespace {

// Differs whenever one of the files is another one, or was written to.
std::string marks_of(const TlsFiles& files) {
  std::string marks;
  for (const std::string* path : {&files.authority, &files.certificate, &files.key}) {
    struct stat about {};
    if (::stat(path->c_str(), &about) != 0) continue;
    marks += std::to_string(about.st_ino) + "/" + std::to_string(about.st_size) + "/" +
             std::to_string(about.st_mtim.tv_sec) + "." + std::to_string(about.st_mtim.tv_nsec) +
             " ";
  }
  return marks;
}

}  // namespace

CertificateWatch::CertificateWatch(net::Loop& loop, metrics::Registry& metrics,
                                   SecuritySettings settings, Duration look_every)
    : settings_(std::move(settings)),
      expiry_(metrics.common().gauge("tls_certificate_expiry_seconds",
                                     "Unix time at which the certificate of this process ends")),
      heart_(loop, look_every, [this] { look(); }) {}

void CertificateWatch::look() {
  std::string marks = marks_of(settings_.tls);
  if (marks == seen_) return;
  const bool first = seen_.empty();
  seen_ = std::move(marks);
  const auto certificate = check_tls_files(settings_.tls, settings_.role);
  if (!certificate) {
    log::error("certificate_unusable", {{"error", certificate.error()}});
    return;
  }
  expiry_.set(static_cast<double>(certificate->not_after));
  log::info(first ? "certificate" : "certificate_replaced",
            {{"name", certificate->subject}, {"expires", pki::utc(certificate->not_after)}});
}

}  // namespace monarch::runtime
