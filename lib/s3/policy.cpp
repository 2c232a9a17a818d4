#include "s3/policy.hpp"

#include <array>
#include <map>
#include <set>
#include <string_view>
#include <tuple>

#include "base/text.hpp"

namespace sluice::s3 {

namespace {

enum class Scope { everything, bucket, listing, object };

struct Permission {
  Deed deed;
  std::string_view action;
  Scope scope;
};

// Without s3:ListBucket the answer to a look at a missing object is "not allowed".
constexpr std::array kPermissions{
    Permission{Deed::list_buckets, "s3:ListAllMyBuckets", Scope::everything},
    Permission{Deed::list, "s3:ListBucket", Scope::listing},
    Permission{Deed::list_incomplete, "s3:ListBucketMultipartUploads", Scope::bucket},
    Permission{Deed::list_versions, "s3:ListBucketVersions", Scope::listing},
    Permission{Deed::look, "s3:GetObject", Scope::object},
    Permission{Deed::look, "s3:ListBucket", Scope::bucket},
    Permission{Deed::read, "s3:GetObject", Scope::object},
    Permission{Deed::read, "s3:GetObjectVersion", Scope::object},
    Permission{Deed::read_version, "s3:GetObjectVersion", Scope::object},
    Permission{Deed::read_version, "s3:ListBucket", Scope::bucket},
    Permission{Deed::write, "s3:PutObject", Scope::object},
    Permission{Deed::write, "s3:AbortMultipartUpload", Scope::object},
    Permission{Deed::write, "s3:ListMultipartUploadParts", Scope::object},
    Permission{Deed::write, "s3:GetObject", Scope::object},
    Permission{Deed::write, "s3:ListBucket", Scope::bucket},
    Permission{Deed::write, "s3:ListBucketMultipartUploads", Scope::bucket},
    Permission{Deed::tag, "s3:PutObjectTagging", Scope::object},
    Permission{Deed::tag, "s3:PutObjectVersionTagging", Scope::object},
    Permission{Deed::tag, "s3:GetObjectVersion", Scope::object},
    Permission{Deed::lock, "s3:GetObjectVersion", Scope::object},
    Permission{Deed::hold, "s3:GetObjectVersion", Scope::object},
    Permission{Deed::lock, "s3:PutObjectRetention", Scope::object},
    Permission{Deed::hold, "s3:PutObjectLegalHold", Scope::object},
    Permission{Deed::remove, "s3:DeleteObject", Scope::object},
    Permission{Deed::abort, "s3:AbortMultipartUpload", Scope::object},
    Permission{Deed::abort, "s3:ListMultipartUploadParts", Scope::object},
    Permission{Deed::ask_versioning, "s3:GetBucketVersioning", Scope::bucket},
};

// IAM User Guide, "IAM JSON policy elements: Variables": these would mean something else.
std::string literal(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const bool special = c == '*' || c == '?' || c == '$';
    out += special ? std::string("${") + c + "}" : std::string(1, c);
  }
  return out;
}

std::string pattern(const Grant& grant) {
  return literal(grant.key) + (grant.reach == Reach::prefix ? "*" : "");
}

// What actions are granted on, and under which condition on the prefix of a listing.
struct Target {
  std::string resource;
  std::string prefix;  ///< "": no condition
  auto operator<=>(const Target&) const = default;
};

Target target_of(const Permission& permission, const Grant& grant) {
  const std::string bucket = "arn:aws:s3:::" + grant.bucket;
  switch (permission.scope) {
    case Scope::everything: return {"*", ""};
    case Scope::bucket: return {bucket, ""};
    case Scope::listing: return {bucket, grant.key.empty() ? "" : pattern(grant)};
    case Scope::object: return {bucket + "/" + pattern(grant), ""};
  }
  return {};
}

std::string statement(const Target& target, const std::set<std::string>& actions) {
  std::string list;
  for (const std::string& action : actions) {
    list += (list.empty() ? "" : ", ") + base::json_quote(action);
  }
  std::string text = "    {\n      \"Effect\": \"Allow\",\n      \"Action\": [" + list +
                     "],\n      \"Resource\": " + base::json_quote(target.resource);
  if (!target.prefix.empty()) {
    text += ",\n      \"Condition\": {\"StringLike\": {\"s3:prefix\": " +
            base::json_quote(target.prefix) + "}}";
  }
  return text + "\n    }";
}

}  // namespace

std::string policy_json(const std::vector<Grant>& grants) {
  std::map<Target, std::set<std::string>> actions;
  for (const Grant& grant : grants) {
    for (const Permission& permission : kPermissions) {
      if (permission.deed != grant.deed) continue;
      actions[target_of(permission, grant)].emplace(permission.action);
    }
  }
  std::string statements;
  for (const auto& [target, names] : actions) {
    // What is granted without a condition needs no second grant with one.
    const auto open = actions.find({target.resource, ""});
    std::set<std::string> left = names;
    if (!target.prefix.empty() && open != actions.end()) {
      for (const std::string& name : open->second) left.erase(name);
    }
    if (left.empty()) continue;
    statements += (statements.empty() ? "" : ",\n") + statement(target, left);
  }
  return "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n" + statements + "\n  ]\n}\n";
}

}  // namespace sluice::s3
