#include "stores/postgres_conninfo.hpp"

#include <libpq-fe.h>
#include <memory>
#include <utility>

namespace monarch::stores {

StoreResult<Conninfo> Conninfo::parse(const std::string& text) {
  char* message = nullptr;
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(
      PQconninfoParse(text.c_str(), &message), &PQconninfoFree);
  // libpq's message may quote a part of the text, which may be the password: it is not passed on.
  if (message != nullptr) PQfreemem(message);
  if (!options) {
    return fail(StoreError{StoreErrorKind::kBug,
                           "the PostgreSQL connection setting is neither a list of keyword=value "
                           "nor a postgresql:// URI"});
  }
  Conninfo conninfo;
  for (const auto* option = options.get(); option->keyword != nullptr; ++option) {
    if (option->val != nullptr) conninfo.values_[option->keyword] = option->val;
  }
  return conninfo;
}

void Conninfo::set_default(const std::string& keyword, const std::string& value) {
  values_.try_emplace(keyword, value);
}

void Conninfo::set(const std::string& keyword, const std::string& value) {
  values_[keyword] = value;
}

void Conninfo::set_server_option(const std::string& name, const std::string& value) {
  auto& options = values_["options"];
  options = "-c " + name + "=" + value + (options.empty() ? "" : " ") + options;
}

std::string Conninfo::text() const {
  std::string text;
  for (const auto& [keyword, value] : values_) {
    if (!text.empty()) text += ' ';
    text += keyword + "='";
    for (const char c : value) {
      if (c == '\'' || c == '\\') text += '\\';
      text += c;
    }
    text += '\'';
  }
  return text;
}

std::string Conninfo::safe(std::string_view message) const {
  std::string line(message.substr(0, message.find('\n')));
  const auto password = values_.find("password");
  if (password == values_.end() || password->second.empty()) return line;
  for (auto at = line.find(password->second); at != std::string::npos;
       at = line.find(password->second, at)) {
    line.replace(at, password->second.size(), "***");
    at += 3;
  }
  return line;
}

}  // namespace monarch::stores
