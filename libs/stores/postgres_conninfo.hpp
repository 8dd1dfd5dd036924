// Conninfo: the PostgreSQL connection settings taken apart, so that time-outs can be added to what
// the operator wrote and the password kept out of texts. A value, private to libs/stores.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "stores/store_error.hpp"

namespace monarch::stores {

class Conninfo {
 public:
  // Keywords ("host=… user=…") or a URI. The error does not repeat what was written.
  [[nodiscard]] static StoreResult<Conninfo> parse(const std::string& text);

  // Sets the keyword unless the operator did.
  void set_default(const std::string& keyword, const std::string& value);
  // Sets it whatever the operator wrote.
  void set(const std::string& keyword, const std::string& value);
  // Appends "-c name=value" to the server options; the operator's own come later and win.
  void set_server_option(const std::string& name, const std::string& value);

  [[nodiscard]] std::string text() const;
  // The first line of `message`, with the password blotted out should it stand there.
  [[nodiscard]] std::string safe(std::string_view message) const;

 private:
  std::map<std::string, std::string> values_;
};

}  // namespace monarch::stores
