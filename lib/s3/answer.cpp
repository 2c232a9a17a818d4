#include "s3/answer.hpp"

#include <pugixml.hpp>
#include <string_view>

#include "base/error.hpp"
#include "base/text.hpp"
#include "s3/sigv4.hpp"

namespace sluice::s3 {

namespace {

// Some servers qualify names ("ns0:Key"); the part after the colon counts.
std::string_view local_name(const pugi::xml_node& node) {
  const std::string_view name = node.name();
  const std::size_t colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

pugi::xml_node child(const pugi::xml_node& node, std::string_view name) {
  return node.find_child([&](const pugi::xml_node& each) { return local_name(each) == name; });
}

std::string text(const pugi::xml_node& node, std::string_view name) {
  return child(node, name).text().get();
}

class Document {
 public:
  Document(const std::string& body, std::string_view root) {
    // Keys may begin or end with blanks: parse_ws_pcdata_single keeps those, too.
    const auto result = document_.load_buffer(body.data(), body.size(),
                                              pugi::parse_default | pugi::parse_ws_pcdata_single);
    root_ = child(document_, root);
    if (!result || !root_) {
      throw base::Error(base::Exit::protocol,
                        "the server's answer is not the " + std::string(root) + " it should be",
                        "is the endpoint an S3 server?");
    }
  }
  [[nodiscard]] const pugi::xml_node& root() const { return root_; }

 private:
  pugi::xml_document document_;
  pugi::xml_node root_;
};

// Without a time, or a size, nobody may judge an age, or a loss.
template <class Value>
Value required(std::optional<Value> value, std::string_view name) {
  if (value) return *value;
  throw base::Error(base::Exit::protocol,
                    "the server's listing has an entry without " + std::string(name),
                    "is the endpoint an S3 server?");
}

base::Time time_of(const pugi::xml_node& node, std::string_view name) {
  return required(base::parse_time(text(node, name)), name);
}

ErrorAnswer error_of(const pugi::xml_node& node) {
  std::string region = text(node, "Region");
  return {text(node, "Code"), text(node, "Message"), std::move(region), text(node, "Endpoint")};
}

bool is_true(const std::string& text) { return base::lower(base::trim(text)) == "true"; }

// Keys come percent-encoded when encoding-type=url was understood.
class KeyReader {
 public:
  explicit KeyReader(const pugi::xml_node& root)
      : encoded_(base::lower(text(root, "EncodingType")) == "url") {}
  [[nodiscard]] std::string operator()(const pugi::xml_node& node, std::string_view name) const {
    std::string key = text(node, name);
    return encoded_ ? percent_decode(key) : key;
  }

 private:
  bool encoded_;
};

ObjectInfo object_of(const pugi::xml_node& node, const KeyReader& key) {
  const bool deletion = local_name(node) == "DeleteMarker";
  const auto size = deletion ? 0 : base::parse_number(base::trim(text(node, "Size")));
  return {key(node, "Key"), required(size, "Size"), time_of(node, "LastModified"),
          without_quotes(text(node, "ETag"))};
}

template <class Each>
void for_each_child(const pugi::xml_node& node, std::string_view name, Each each) {
  for (const pugi::xml_node& found : node.children()) {
    if (local_name(found) == name) each(found);
  }
}

[[noreturn]] void refuse_endless_listing() {
  throw base::Error(base::Exit::protocol,
                    "the listing says that it goes on, but not where: it would be incomplete");
}

Marker next_of(const pugi::xml_node& page, const KeyReader& key, std::string_view id) {
  if (!is_true(text(page, "IsTruncated"))) return {};
  Marker next{key(page, "NextKeyMarker"), text(page, id)};
  if (next.key.empty()) refuse_endless_listing();
  return next;
}

}  // namespace

std::string without_quotes(std::string etag) {
  std::erase(etag, '"');
  return etag;
}

ErrorAnswer parse_error(const std::string& body) {
  pugi::xml_document document;
  if (!document.load_buffer(body.data(), body.size())) return {};
  const pugi::xml_node response = child(document, "ErrorResponse");
  return error_of(child(response ? response : document, "Error"));
}

ObjectPage parse_object_page(const std::string& body) {
  const Document document(body, "ListBucketResult");
  const KeyReader key(document.root());
  ObjectPage page;
  for_each_child(document.root(), "Contents",
                 [&](const pugi::xml_node& node) { page.objects.push_back(object_of(node, key)); });
  if (!is_true(text(document.root(), "IsTruncated"))) return page;
  page.next = text(document.root(), "NextContinuationToken");
  if (page.next.empty()) refuse_endless_listing();
  return page;
}

VersionPage parse_version_page(const std::string& body) {
  const Document document(body, "ListVersionsResult");
  const KeyReader key(document.root());
  VersionPage page;
  for (const pugi::xml_node& node : document.root().children()) {
    const bool deletion = local_name(node) == "DeleteMarker";
    if (!deletion && local_name(node) != "Version") continue;
    page.versions.push_back(
        {object_of(node, key), text(node, "VersionId"), is_true(text(node, "IsLatest")), deletion});
  }
  page.next = next_of(document.root(), key, "NextVersionIdMarker");
  return page;
}

UploadPage parse_upload_page(const std::string& body) {
  const Document document(body, "ListMultipartUploadsResult");
  const KeyReader key(document.root());
  UploadPage page;
  for_each_child(document.root(), "Upload", [&](const pugi::xml_node& node) {
    page.uploads.push_back({key(node, "Key"), text(node, "UploadId"), time_of(node, "Initiated")});
  });
  page.next = next_of(document.root(), key, "NextUploadIdMarker");
  return page;
}

std::vector<BucketInfo> parse_buckets(const std::string& body) {
  const Document document(body, "ListAllMyBucketsResult");
  std::vector<BucketInfo> buckets;
  for_each_child(child(document.root(), "Buckets"), "Bucket", [&](const pugi::xml_node& node) {
    buckets.push_back({text(node, "Name"), time_of(node, "CreationDate")});
  });
  return buckets;
}

std::string parse_upload_id(const std::string& body) {
  const Document document(body, "InitiateMultipartUploadResult");
  std::string id = text(document.root(), "UploadId");
  if (id.empty()) throw base::Error(base::Exit::protocol, "the server gave no upload id");
  return id;
}

CompleteAnswer parse_complete(const std::string& body) {
  ErrorAnswer error = parse_error(body);
  if (!error.code.empty()) return {"", std::move(error)};
  const Document document(body, "CompleteMultipartUploadResult");
  return {without_quotes(text(document.root(), "ETag")), {}};
}

void require_copy(const std::string& body) { const Document document(body, "CopyObjectResult"); }

std::vector<DeleteFailure> parse_delete_failures(const std::string& body) {
  const Document document(body, "DeleteResult");
  std::vector<DeleteFailure> failures;
  for_each_child(document.root(), "Error", [&](const pugi::xml_node& node) {
    failures.push_back({text(node, "Key"), error_of(node)});
  });
  return failures;
}

bool parse_versioning(const std::string& body) {
  return !text(Document(body, "VersioningConfiguration").root(), "Status").empty();
}

Credentials parse_sts_credentials(const std::string& body) {
  pugi::xml_document document;
  document.load_buffer(body.data(), body.size());
  const pugi::xml_node found = document.find_node(
      [](const pugi::xml_node& node) { return local_name(node) == "Credentials"; });
  Credentials credentials{text(found, "AccessKeyId"), text(found, "SecretAccessKey"),
                          text(found, "SessionToken"), base::parse_time(text(found, "Expiration"))};
  if (credentials.access_key.empty() || credentials.secret_key.empty()) {
    throw base::Error(base::Exit::protocol, "the token service's answer holds no credentials");
  }
  return credentials;
}

std::string xml_escape(const std::string& text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '\r': out += "&#13;"; break;
      default: out += c;
    }
  }
  return out;
}

}  // namespace sluice::s3
