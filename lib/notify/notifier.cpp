#include "notify/notifier.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "http/connection.hpp"
#include "http/retry.hpp"
#include "io/child.hpp"

namespace sluice::notify {

using base::Error;
using base::Exit;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

namespace {

// Of kPatience: what a start that is still on its way may take from the end, and what a courier has
// for its tries, so that it can say why it gave up.
constexpr seconds kPatienceForStart{3};
constexpr seconds kPatienceOfCourier{6};

void post(const Channels& channels, const std::string& url, const char* type,
          const std::string& body) {
  http::Limits limits;
  limits.ca_bundle = channels.ca_bundle;
  http::Connection connection(limits);
  const http::Deadline deadline = steady_clock::now() + kPatienceOfCourier;
  const http::Request request{.method = "POST",
                              .url = url,
                              .headers = {{"Content-Type", type}},
                              .body = base::as_bytes(body)};
  http::Retry retry({.retries = 5, .first_pause = milliseconds(300)}, deadline);
  for (;;) {
    try {
      const http::Response response = connection.send(request, deadline);
      if (response.ok()) return;
      const std::string answer = "answered with HTTP status " + std::to_string(response.status);
      if (!http::is_transient(response.status)) throw Error(Exit::temporary, answer);
      if (!retry.again(milliseconds(0), nullptr)) throw Error(Exit::temporary, answer);
    } catch (const http::TransportError& error) {
      if (error.kind() == http::TransportError::Kind::refused) throw;
      if (!retry.again(milliseconds(0), nullptr)) throw;
    }
  }
}

// SMTP wants CRLF (RFC 5321 §2.3.8).
std::string with_crlf(const std::string& text) {
  std::string lines;
  for (const char each : text) {
    if (each == '\n' && !lines.ends_with('\r')) lines += '\r';
    lines += each;
  }
  return lines;
}

void send_mail(const Channels& channels, const std::string& text) {
  if (!channels.mail_server.empty()) {
    http::Limits limits;
    limits.ca_bundle = channels.ca_bundle;
    return http::Connection(limits).send(http::Mail{.server = channels.mail_server,
                                                    .user = channels.mail_user,
                                                    .password = channels.mail_password,
                                                    .from = channels.letter.from,
                                                    .to = {channels.letter.to},
                                                    .text = with_crlf(text)},
                                         steady_clock::now() + kPatienceOfCourier);
  }
  // -i: a line with a dot alone is no end.
  io::Child sendmail({channels.sendmail, "-i", "--", channels.letter.to},
                     {.pipe_stdin = true, .capture_stderr = true});
  io::write_all(sendmail.input().get(), base::as_bytes(text), channels.sendmail);
  sendmail.input().reset();
  const io::ChildStatus status = sendmail.wait();
  if (status.ok()) return;
  throw Error(Exit::temporary, channels.sendmail + ": " + status.describe() + ": " +
                                   base::printable(base::trim(sendmail.error_text())));
}

}  // namespace

void Notifier::send(std::vector<Errand>& errands, const char* receiver,
                    std::function<void()> errand) {
  try {
    errands.push_back({receiver, Courier(errand)});
  } catch (const Error& error) {
    warn_(std::string(receiver) + ": not told: " + error.what());
  }
}

void Notifier::start() {
  if (channels_.ping.empty()) return;
  send(started_, "ping",
       [&] { post(channels_, ping_url(channels_.ping, "start"), "text/plain", ""); });
}

void Notifier::finish(const Event& event) {
  const auto begin = steady_clock::now();
  // The start first, else it would reopen what the end has closed.
  for (Errand& errand : started_) {
    const std::string outcome = errand.courier.outcome(begin + kPatienceForStart);
    if (!outcome.empty()) warn_(errand.receiver + ": the start was not told: " + outcome);
  }
  started_.clear();
  std::vector<Errand> errands;
  if (!channels_.ping.empty()) {
    send(errands, "ping", [&] {
      post(channels_, event.success ? channels_.ping : ping_url(channels_.ping, "fail"),
           "text/plain", ping_body(event));
    });
  }
  if (!channels_.webhook.empty()) {
    send(errands, "webhook",
         [&] { post(channels_, channels_.webhook, "application/json", webhook_json(event)); });
  }
  if (!channels_.letter.to.empty() && !event.success) {
    send(errands, "mail", [&] { send_mail(channels_, mail_text(channels_.letter, event)); });
  }
  for (Errand& errand : errands) {
    const std::string outcome = errand.courier.outcome(begin + kPatience - milliseconds(500));
    if (!outcome.empty()) warn_(errand.receiver + ": not told: " + outcome);
  }
}

}  // namespace sluice::notify
