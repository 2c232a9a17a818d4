#include "pg/conninfo.hpp"

#include <libpq-fe.h>

#include <memory>

#include "base/error.hpp"
#include "base/text.hpp"

namespace sluice::pg {

namespace {

using Options = std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)>;

bool is_conninfo(const std::string& text) {
  return text.starts_with("postgres://") || text.starts_with("postgresql://") ||
         text.find('=') != std::string::npos;
}

std::map<std::string, std::string> parse(const std::string& text) {
  char* message = nullptr;
  const Options options(PQconninfoParse(text.c_str(), &message), &PQconninfoFree);
  const std::unique_ptr<char, decltype(&PQfreemem)> owned(message, &PQfreemem);
  if (!options) {
    throw base::Error(base::Exit::usage,
                      "connection string: " +
                          std::string(base::trim(message == nullptr ? "out of memory" : message)));
  }
  std::map<std::string, std::string> settings;
  for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
    if (option->val != nullptr) settings[option->keyword] = option->val;
  }
  return settings;
}

// libpq's quoting: in single quotes, backslash before ' and \.
std::string quoted(const std::string& value) {
  std::string text = "'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') text += '\\';
    text += c;
  }
  return text + "'";
}

}  // namespace

Conninfo::Conninfo(const Where& where) {
  if (is_conninfo(where.database)) {
    settings_ = parse(where.database);
  } else if (!where.database.empty()) {
    settings_["dbname"] = where.database;
  }
  if (settings_.contains("sslpassword")) {
    throw base::Error(base::Exit::usage,
                      "connection string: sslpassword would be seen on command lines",
                      "put it into a service file, and name that service instead");
  }
  if (!where.host.empty()) settings_["host"] = where.host;
  if (!where.port.empty()) settings_["port"] = where.port;
  if (!where.user.empty()) settings_["user"] = where.user;
}

std::string as_operand(const std::string& name) {
  return is_conninfo(name) ? "dbname=" + quoted(name) : name;
}

Conninfo Conninfo::with(const std::string& keyword, const std::string& value) const {
  Conninfo changed = *this;
  changed.settings_[keyword] = value;
  return changed;
}

std::string Conninfo::value(const std::string& keyword) const {
  const auto found = settings_.find(keyword);
  return found == settings_.end() ? std::string() : found->second;
}

std::string Conninfo::without_password() const {
  std::string text;
  for (const auto& [keyword, value] : settings_) {
    if (keyword == "password") continue;
    if (!text.empty()) text += ' ';
    text += keyword + "=" + quoted(value);
  }
  return text;
}

std::map<std::string, std::string> Conninfo::environment() const {
  const std::string password = value("password");
  if (password.empty()) return {};
  return {{"PGPASSWORD", password}};
}

}  // namespace sluice::pg
