#include "s3/client.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "digest/hash.hpp"
#include "io/interrupt.hpp"
#include "s3/environment.hpp"
#include "s3/error.hpp"
#include "s3/profile.hpp"

namespace sluice::s3 {

using base::Error;
using base::Exit;
using std::chrono::seconds;

namespace {

constexpr char kDefaultRegion[] = "us-east-1";
// A server that never answered is more likely a wrong endpoint than a short failure.
constexpr unsigned kRetriesBeforeFirstAnswer = 3;
constexpr unsigned kMostLessons = 4;
constexpr unsigned kMostRequests = 16;
constexpr seconds kClockTolerance{120};

std::optional<std::string> first_of(std::optional<std::string> first,
                                    std::optional<std::string> second) {
  return first ? std::move(first) : std::move(second);
}

http::Deadline deadline_of(const Settings& settings) {
  return settings.timeout ? std::chrono::steady_clock::now() + *settings.timeout
                          : http::kNoDeadline;
}

// An error that names the object as well as the server.
http::TransportError about(const std::string& object, const http::TransportError& error) {
  return {error.kind(), error.status(), object + ": " + error.what(), error.hint()};
}

// A server in trouble may have carried a request out, and behind a proxy it may be at it still.
bool leaves_open(int status) { return status == 500 || status == 502 || status == 504; }

void count_unheard(const Call& call) {
  if (call.unheard != nullptr) ++*call.unheard;
}

}  // namespace

std::string display_url(const std::string& bucket, const std::string& key) {
  return base::printable("s3://" + bucket + (key.empty() ? "" : "/" + key));
}

Client::Client(const Settings& settings)
    : settings_(settings), deadline_(deadline_of(settings)), gate_(kMostRequests) {
  const Profiles profiles = Profiles::load();
  const std::string profile =
      first_of(settings.profile, environment("AWS_PROFILE")).value_or("default");
  route_.region =
      first_of(first_of(settings.region, environment("AWS_REGION")),
               first_of(environment("AWS_DEFAULT_REGION"), profiles.get(profile, "region")))
          .value_or(kDefaultRegion);
  const auto endpoint =
      first_of(first_of(settings.endpoint, environment("AWS_ENDPOINT_URL_S3")),
               first_of(environment("AWS_ENDPOINT_URL"), profiles.get(profile, "endpoint_url")));
  route_.endpoint =
      endpoint ? parse_endpoint(*endpoint, settings.plain_http) : aws_endpoint(route_.region);
  const auto style = profiles.get(profile, "s3.addressing_style");
  if (style == "path") route_.endpoint.addressing = Addressing::path;
  if (style == "virtual") route_.endpoint.addressing = Addressing::virtual_hosted;
  http::Limits limits;
  if (settings.limit_rate > 0)
    limits.throttle = std::make_shared<http::Throttle>(settings.limit_rate);
  limits.ca_bundle = first_of(first_of(settings.ca_bundle, environment("AWS_CA_BUNDLE")),
                              profiles.get(profile, "ca_bundle"))
                         .value_or("");
  credentials_ = find_credentials({.profile = settings.profile,
                                   .profiles = profiles,
                                   .region = route_.region,
                                   .ca_bundle = limits.ca_bundle});
  pool_ = std::make_unique<http::Pool>(limits);
}

Client::Route Client::route() const {
  const std::lock_guard lock(mutex_);
  return route_;
}

std::string Client::endpoint_url() const { return route().endpoint.url(); }

http::Response Client::call(Call call) {
  const std::string object = display_url(call.bucket, call.key);
  if (call.payload_hash.empty()) {
    call.payload_hash = base::hex(base::as_text(digest::sha256(call.body)));
  }
  const http::Deadline deadline = call.deadline.value_or(deadline_);
  http::Retry retry({.retries = settings_.retries}, deadline);
  for (unsigned lessons = 0;;) {
    const Route used = route();
    seconds pause{0};
    try {
      Credentials credentials;
      http::Response response = send_once(call, used, credentials);
      reached_ = true;
      if (response.ok()) {
        gate_.success();
        return response;
      }
      const ErrorAnswer answer = parse_error(response.body);
      if (lessons < kMostLessons && learn(response, answer, used, credentials, call.bucket)) {
        ++lessons;
        continue;
      }
      pause = http::retry_after(response).value_or(seconds(0));
      if (response.status == 429 || answer.code == "SlowDown") gate_.slow_down();
      if (leaves_open(response.status)) count_unheard(call);
      if (!http::is_transient(response.status) || !retry.again(pause, call.cancel)) {
        throw server_error(object, used.endpoint.url(), response.status, answer);
      }
    } catch (const http::TransportError& error) {
      if (error.kind() == http::TransportError::Kind::broken) count_unheard(call);
      const bool lost = error.kind() == http::TransportError::Kind::refused ||
                        (!reached_ && retry.tries() > kRetriesBeforeFirstAnswer);
      if (lost || !retry.again(pause, call.cancel)) throw about(object, error);
    }
  }
}

// `credentials` become those that it was sent with. A signature is made when its turn has come: it
// ages.
http::Response Client::send_once(Call& call, const Route& route, Credentials& credentials) {
  const Gate::Pass pass(gate_, call.cancel);
  credentials = credentials_->get();
  if (call.before_try) call.before_try(call.headers);
  const Target where = target(route.endpoint, call.bucket);
  const base::Time time = base::now() + route.clock_ahead;
  Signable signable{call.method, where.path + "/" + percent_encode(call.key, Slash::keep),
                    canonical_query(call.query), call.headers, call.payload_hash};
  http::Headers& headers = signable.headers;
  if (call.with_customer_key) {
    headers.insert(headers.end(), settings_.customer_key.begin(), settings_.customer_key.end());
  }
  headers.emplace_back("x-amz-date", amz_date(time));
  headers.emplace_back("x-amz-content-sha256", call.payload_hash);
  if (!credentials.session_token.empty()) {
    headers.emplace_back("x-amz-security-token", credentials.session_token);
  }
  headers.emplace_back("host", where.host);
  const std::string signature = authorization(signable, credentials, {time, route.region});
  headers.pop_back();  // libcurl sends it
  headers.emplace_back("Authorization", signature);
  http::Request request{.method = call.method,
                        .url = route.endpoint.scheme + "://" + where.host + signable.path +
                               (signable.query.empty() ? "" : "?" + signable.query),
                        .headers = std::move(headers),
                        .body = call.body,
                        .on_body = call.on_body};
  std::optional<io::IgnoreInterrupt> until_the_answer;
  if (call.answer_matters) until_the_answer.emplace();
  return pool_->send(request, call.deadline.value_or(deadline_), call.cancel);
}

bool Client::learn(const http::Response& response, const ErrorAnswer& answer, const Route& used,
                   const Credentials& credentials, const std::string& bucket) {
  if (answer.code == "ExpiredToken" || answer.code == "TokenRefreshRequired") {
    return credentials_->replace(credentials);
  }
  const std::lock_guard lock(mutex_);
  if (answer.code == "RequestTimeTooSkewed") {
    const auto date = http::parse_date(response.header("date").value_or(""));
    if (!date) return false;
    const seconds ahead = *date - base::now();
    if (std::chrono::abs(ahead - used.clock_ahead) < kClockTolerance) return false;
    route_.clock_ahead = ahead;
    settings_.warn("this machine's clock is " + std::to_string(-ahead.count()) +
                   " s ahead of the server's");
    return true;
  }
  return follow(response, answer, used, bucket);
}

// The bucket is elsewhere: in another region, or for the time being on another host.
bool Client::follow(const http::Response& response, const ErrorAnswer& answer, const Route& used,
                    const std::string& bucket) {
  const int status = response.status;
  const std::string region = response.header("x-amz-bucket-region").value_or(answer.region);
  const bool misdirected = status == 301 || status == 307 || status == 400 || status == 403;
  if (misdirected && !region.empty() && region != used.region) {
    route_.region = region;
    if (route_.endpoint.aws) route_.endpoint = aws_endpoint(region);
    return true;
  }
  const std::string location = response.header("location").value_or("");
  const std::size_t host = location.find("://");
  if (status != 307 || host == std::string::npos) return false;
  Endpoint elsewhere =
      parse_endpoint(location.substr(0, location.find('/', host + 3)), settings_.plain_http);
  if (elsewhere.scheme != used.endpoint.scheme) return false;
  if (!may_lead_to(used.endpoint, elsewhere.host)) return false;
  const bool names_bucket = elsewhere.host.starts_with(bucket + ".");
  if (names_bucket) elsewhere.host.erase(0, bucket.size() + 1);
  elsewhere.addressing = used.endpoint.addressing;
  if (elsewhere.url() == used.endpoint.url()) return false;
  route_.endpoint = elsewhere;
  return true;
}

}  // namespace sluice::s3
