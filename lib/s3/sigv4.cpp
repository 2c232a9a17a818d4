#include "s3/sigv4.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>

#include "base/text.hpp"
#include "digest/hash.hpp"

namespace sluice::s3 {

using base::as_bytes;

namespace {

bool unreserved(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char small = static_cast<char>(c | 0x20);
  return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

// Runs of blanks inside a value count as one.
std::string single_spaced(std::string_view value) {
  std::string out;
  for (const char c : base::trim(value)) {
    if (c != ' ' || out.back() != ' ') out += c;
  }
  return out;
}

std::map<std::string, std::string> canonical_headers(const http::Headers& headers) {
  std::map<std::string, std::string> sorted;
  for (const auto& [name, value] : headers) {
    std::string& joined = sorted[base::lower(name)];
    joined += (joined.empty() ? "" : ",") + single_spaced(value);
  }
  return sorted;
}

std::string signed_names(const std::map<std::string, std::string>& headers) {
  std::string names;
  for (const auto& [name, value] : headers) names += (names.empty() ? "" : ";") + name;
  return names;
}

}  // namespace

std::string percent_encode(std::string_view text, Slash slash) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (unreserved(c) || (c == '/' && slash == Slash::keep)) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
  return out;
}

std::string percent_decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
    if (low >= 0) {
      out += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

std::string canonical_query(const Query& query) {
  std::vector<std::pair<std::string, std::string>> encoded;
  for (const auto& [name, value] : query) {
    encoded.emplace_back(percent_encode(name, Slash::encode), percent_encode(value, Slash::encode));
  }
  std::sort(encoded.begin(), encoded.end());
  std::string text;
  for (const auto& [name, value] : encoded) {
    text += (text.empty() ? "" : "&") + name + "=" + value;
  }
  return text;
}

std::string canonical_request(const Signable& request) {
  const auto headers = canonical_headers(request.headers);
  std::string text = request.method + "\n" + request.path + "\n" + request.query + "\n";
  for (const auto& [name, value] : headers) text += name + ":" + value + "\n";
  return text + "\n" + signed_names(headers) + "\n" + request.payload_hash;
}

std::string amz_date(base::Time time) { return base::format_utc(time, "%Y%m%dT%H%M%SZ"); }

std::string authorization(const Signable& request, const Credentials& credentials,
                          const Scope& scope) {
  const std::string day = base::format_utc(scope.time, "%Y%m%d");
  const std::string scope_text = day + "/" + scope.region + "/" + scope.service + "/aws4_request";
  const std::string to_sign = "AWS4-HMAC-SHA256\n" + amz_date(scope.time) + "\n" + scope_text +
                              "\n" +
                              digest::hex(digest::sha256(as_bytes(canonical_request(request))));
  digest::Sha256 key =
      digest::hmac_sha256(as_bytes("AWS4" + credentials.secret_key), as_bytes(day));
  for (const std::string_view part :
       {std::string_view(scope.region), std::string_view(scope.service),
        std::string_view("aws4_request")}) {
    key = digest::hmac_sha256(key, as_bytes(part));
  }
  return "AWS4-HMAC-SHA256 Credential=" + credentials.access_key + "/" + scope_text +
         ",SignedHeaders=" + signed_names(canonical_headers(request.headers)) +
         ",Signature=" + digest::hex(digest::hmac_sha256(key, as_bytes(to_sign)));
}

}  // namespace sluice::s3
