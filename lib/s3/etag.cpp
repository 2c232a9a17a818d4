#include "s3/etag.hpp"

#include "digest/hash.hpp"
#include "s3/answer.hpp"

namespace sluice::s3 {

namespace {

std::string unhex(const std::string& text) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(text.substr(i, 2), nullptr, 16));
  }
  return bytes;
}

}  // namespace

std::string etag_of(base::Bytes content) { return digest::hex(digest::md5(content)); }

bool is_md5(const std::string& etag) {
  return etag.size() == 32 && etag.find_first_not_of("0123456789abcdef") == std::string::npos;
}

std::string etag_of_parts(const std::vector<CompletedPart>& parts) {
  std::string digests;
  for (const CompletedPart& part : parts) {
    if (!is_md5(part.etag)) return {};
    digests += unhex(part.etag);
  }
  return etag_of(base::as_bytes(digests)) + "-" + std::to_string(parts.size());
}

std::string complete_body(const std::vector<CompletedPart>& parts, Checksum kind) {
  const std::string element(names_of(kind).element);
  std::string body = "<CompleteMultipartUpload>";
  std::size_t number = 0;
  for (const CompletedPart& part : parts) {
    body += "<Part><PartNumber>" + std::to_string(++number) + "</PartNumber><ETag>\"" +
            xml_escape(part.etag) + "\"</ETag>";
    if (!part.checksum.empty()) body += "<" + element + ">" + part.checksum + "</" + element + ">";
    body += "</Part>";
  }
  return body + "</CompleteMultipartUpload>";
}

}  // namespace sluice::s3
