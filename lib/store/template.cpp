#include "store/template.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"

namespace sluice::store {

using base::Error;
using base::Exit;

namespace {

bool is_name(std::string_view text) {
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  };
  return !text.empty() && std::all_of(text.begin(), text.end(), letter);
}

Error bad_template(std::string_view pattern, const std::string& reason, const std::string& hint) {
  return {Exit::usage, "template " + base::printable(pattern) + ": " + reason, hint};
}

}  // namespace

std::string host_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) < 0) throw base::system_error("host name", errno);
  return name.data();
}

Template::Template(std::string_view pattern, const std::string& host) {
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (c != '{' && c != '}') {
      add_literal(pattern.substr(i, 1));
    } else if (i + 1 < pattern.size() && pattern[i + 1] == c) {
      add_literal(pattern.substr(i++, 1));
    } else {
      const std::size_t end = pattern.find('}', i);
      if (c == '}' || end == std::string_view::npos) {
        throw bad_template(pattern, "a brace has no partner", "{{ and }} stand for braces");
      }
      add_field(pattern.substr(i + 1, end - i - 1), host);
      i = end;
    }
  }
  const bool has_year = std::any_of(pieces_.begin(), pieces_.end(), [](const Piece& piece) {
    return piece.format && piece.format->has_year();
  });
  if (has_time_ && !has_year) {
    throw bad_template(pattern, "its times have no year", "write {utc} or {utc:compact}");
  }
  sets_ = pattern.ends_with('/');
  if (sets_ && !has_time_ && has_groups_) {
    throw bad_template(pattern, "names sets without a time", "write {utc} or {utc:compact} in it");
  }
  if (!pieces_.empty() && pieces_.front().kind == Kind::literal) prefix_ = pieces_.front().text;
}

void Template::add_literal(std::string_view text) {
  if (pieces_.empty() || pieces_.back().kind != Kind::literal) {
    pieces_.push_back({Kind::literal, ""});
  }
  pieces_.back().text += text;
}

void Template::add_field(std::string_view field, const std::string& host) {
  const std::size_t colon = field.find(':');
  const std::string_view name = field.substr(0, colon);
  const bool formatted = colon != std::string_view::npos;
  if (name == "host" && !formatted) return add_literal(host);
  if (name == "utc" || (name == "local" && formatted)) {
    const std::string format =
        formatted ? std::string(field.substr(colon + 1)) : std::string("%Y-%m-%dT%H:%M:%SZ");
    pieces_.push_back({Kind::time, std::string(field),
                       TimeFormat(name == "utc" ? Zone::utc : Zone::local, format)});
    has_time_ = true;
    return;
  }
  if (formatted || name == "local" || !is_name(name)) {
    throw bad_template("{" + std::string(field) + "}", "no such field",
                       "there are {utc}, {utc:compact}, {utc:FORMAT}, {local:FORMAT}, {host} and "
                       "{NAME}");
  }
  pieces_.push_back({Kind::name, std::string(name)});
  has_groups_ = true;
}

bool Template::memoryless() const {
  std::map<std::string_view, int> uses;
  for (const Piece& piece : pieces_) {
    if (piece.kind == Kind::literal) continue;
    if (++uses[piece.kind == Kind::time ? "" : std::string_view(piece.text)] > 1) return false;
  }
  return true;
}

bool Template::has_local_time() const {
  return std::any_of(pieces_.begin(), pieces_.end(), [](const Piece& piece) {
    return piece.format && piece.format->zone() == Zone::local;
  });
}

std::string Template::write(base::Time time) const {
  std::string key;
  for (const Piece& piece : pieces_) {
    switch (piece.kind) {
      case Kind::literal: key += piece.text; break;
      case Kind::time: key += piece.format->write(time); break;
      case Kind::name:
        throw bad_template("{" + piece.text + "}", "to write, its value must be known",
                           "let the shell fill it in, or did you mean {utc} or {host}?");
    }
  }
  return key;
}

// Tries the pieces from left to right; a {name} tries its shortest text first. What failed once is
// not tried again from the same place, so that the work is bounded by pieces times length, unless
// a name stands twice or several times have to agree: then the way to a place matters, too.
class Template::Matcher {
 public:
  Matcher(const Template& pattern, std::string_view key)
      : pattern_(pattern),
        key_(key),
        failed_(pattern.memoryless() ? (pattern.pieces_.size() + 1) * (key.size() + 1) : 0) {}

  std::optional<Match> match() {
    if (!from(0, 0)) return std::nullopt;
    return std::move(match_);
  }

 private:
  bool from(std::size_t piece, std::size_t at) {
    const std::size_t state = piece * (key_.size() + 1) + at;
    if (!failed_.empty() && failed_[state]) return false;
    const bool found = piece == pattern_.pieces_.size() ? end(at) : step(piece, at);
    if (!found && !failed_.empty()) failed_[state] = true;
    return found;
  }

  bool step(std::size_t index, std::size_t at) {
    const Piece& piece = pattern_.pieces_[index];
    const std::string_view rest = key_.substr(at);
    switch (piece.kind) {
      case Kind::literal:
        return rest.starts_with(piece.text) && from(index + 1, at + piece.text.size());
      case Kind::time: {
        std::string_view left = rest;
        TimeFacts ignored;
        if (!piece.format->read(left, ignored)) return false;
        times_.emplace_back(&*piece.format, rest.substr(0, rest.size() - left.size()));
        if (from(index + 1, key_.size() - left.size())) return true;
        times_.pop_back();
        return false;
      }
      case Kind::name: return name(index, at);
    }
    return false;
  }

  bool name(std::size_t index, std::size_t at) {
    const std::string& name = pattern_.pieces_[index].text;
    if (const auto bound = values_.find(name); bound != values_.end()) {
      return key_.substr(at).starts_with(bound->second) &&
             from(index + 1, at + bound->second.size());
    }
    const std::size_t limit = std::min(key_.find('/', at), key_.size());
    for (std::size_t end = at + 1; end <= limit; ++end) {
      values_[name] = key_.substr(at, end - at);
      if (from(index + 1, end)) return true;
    }
    values_.erase(name);
    return false;
  }

  bool end(std::size_t at) {
    if (pattern_.sets_ ? at == key_.size() : at != key_.size()) return false;
    match_ = {};
    if (!times_.empty()) {
      match_.time = agreed_time();
      if (!match_.time) return false;
    }
    std::vector<std::string> values;
    std::map<std::string_view, bool> seen;
    for (const Piece& piece : pattern_.pieces_) {
      if (piece.kind != Kind::name || seen[piece.text]) continue;
      seen[piece.text] = true;
      values.emplace_back(values_.at(piece.text));
    }
    match_.group = base::join(values, "/");
    if (pattern_.sets_) match_.set = key_.substr(0, at);
    return true;
  }

  // The one moment that makes every time field read as it does.
  [[nodiscard]] std::optional<base::Time> agreed_time() const {
    TimeFacts utc;
    TimeFacts local;
    for (const auto& [format, text] : times_) {
      std::string_view left = text;
      if (!format->read(left, format->zone() == Zone::utc ? utc : local)) return std::nullopt;
    }
    const auto time = utc.count() >= local.count() ? utc.time(Zone::utc) : local.time(Zone::local);
    if (!time) return std::nullopt;
    for (const auto& [format, text] : times_) {
      if (format->write(*time) != text) return std::nullopt;
    }
    return time;
  }

  const Template& pattern_;
  std::string_view key_;
  std::vector<bool> failed_;
  std::map<std::string, std::string_view, std::less<>> values_;
  std::vector<std::pair<const TimeFormat*, std::string_view>> times_;
  Match match_;
};

std::optional<Match> Template::match(std::string_view key) const {
  if (!key.starts_with(prefix_)) return std::nullopt;
  return Matcher(*this, key).match();
}

}  // namespace sluice::store
