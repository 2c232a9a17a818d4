#include "s3/error.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.hpp"
#include "http/retry.hpp"

namespace sluice::s3 {

using base::Exit;

namespace {

struct Meaning {
  std::string_view code;
  Exit status;
  std::string_view reason;
  std::string_view hint;
};

// Amazon S3 API Reference, "Error responses": the codes for which there is more to say.
constexpr std::array kMeanings{
    Meaning{"NoSuchBucket", Exit::missing, "no such bucket", "create it, or check its name"},
    Meaning{"NoSuchKey", Exit::missing, "no such object", "s3ls lists what there is"},
    Meaning{"NoSuchVersion", Exit::missing, "no such version of the object", ""},
    Meaning{"NoSuchUpload", Exit::temporary, "the upload was ended by somebody else", ""},
    Meaning{"AccessDenied", Exit::permission, "not allowed",
            "the key is right, its rights do not suffice"},
    Meaning{"InvalidAccessKeyId", Exit::config, "the access key id is unknown there",
            "check AWS_ACCESS_KEY_ID and the endpoint"},
    Meaning{"SignatureDoesNotMatch", Exit::config, "the secret key is wrong",
            "check AWS_SECRET_ACCESS_KEY"},
    Meaning{"InvalidToken", Exit::config, "the session token is wrong", "check AWS_SESSION_TOKEN"},
    Meaning{"ExpiredToken", Exit::config, "the credentials have expired", "get new ones"},
    Meaning{"AuthorizationHeaderMalformed", Exit::config, "signed for the wrong region",
            "set the region by --region or AWS_REGION"},
    Meaning{"PermanentRedirect", Exit::config, "the bucket lives in another region",
            "set the region by --region or AWS_REGION"},
    Meaning{"RequestTimeTooSkewed", Exit::config, "this machine's clock is wrong", "set the clock"},
    Meaning{"InvalidBucketName", Exit::usage, "not a bucket's name", ""},
    Meaning{"KeyTooLongError", Exit::usage, "the key is too long", "1024 bytes are allowed"},
    Meaning{"PreconditionFailed", Exit::cannot_create, "it exists already", ""},
    Meaning{"ConditionalRequestConflict", Exit::temporary, "somebody else writes it now", ""},
    Meaning{"QuotaExceeded", Exit::cannot_create, "the quota is used up", ""},
    Meaning{"EntityTooLarge", Exit::cannot_create, "larger than the server takes", ""},
    Meaning{"NotImplemented", Exit::unavailable, "the server cannot do this", ""},
    Meaning{"InvalidObjectState", Exit::unavailable, "the object is archived",
            "restore it from its storage class first"},
    Meaning{"SlowDown", Exit::temporary, "the server asks to slow down", ""},
};

const Meaning* meaning_of(std::string_view code) {
  const auto* const found = std::find_if(kMeanings.begin(), kMeanings.end(),
                                         [&](const Meaning& each) { return each.code == code; });
  return found == kMeanings.end() ? nullptr : found;
}

// For an answer without a code: a HEAD, a proxy, a server that is no S3.
std::string_view code_of(int http_status) {
  switch (http_status) {
    case 403: return "AccessDenied";
    case 404: return "NoSuchKey";
    case 412: return "PreconditionFailed";
    case 501: return "NotImplemented";
    default: return "";
  }
}

}  // namespace

ServerError server_error(const std::string& object, const std::string& server, int http_status,
                         const ErrorAnswer& answer) {
  const std::string code = answer.code.empty() ? std::string(code_of(http_status)) : answer.code;
  const std::string name =
      answer.code.empty() ? "status " + std::to_string(http_status) : base::printable(answer.code);
  const std::string where = " (" + name + " from " + server + ")";
  if (const Meaning* meaning = meaning_of(code)) {
    return {meaning->status, object + ": " + std::string(meaning->reason) + where,
            std::string(meaning->hint), http_status, code};
  }
  const Exit status = http::is_transient(http_status) ? Exit::temporary
                      : http_status == 401            ? Exit::config
                      : http_status == 403            ? Exit::permission
                                                      : Exit::protocol;
  const std::string reason =
      answer.message.empty() ? "the server refused" : base::printable(answer.message);
  return {status, object + ": " + reason + where, "", http_status, code};
}

}  // namespace sluice::s3
