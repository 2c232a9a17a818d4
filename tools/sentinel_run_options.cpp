// The options of sentinel run, and what they mean.

#include <unistd.h>

#include <array>

#include "base/text.hpp"
#include "io/environment.hpp"
#include "sentinel_run.hpp"

namespace sluice::sentinel {

namespace {

using std::chrono::seconds;

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "localhost";
}

// A URL may hold a secret, so it may come from the environment or a file as well.
std::string url_from(const cli::Args& args, const std::string& key, const char* variable) {
  const auto given = args.value(key);
  const auto url = given ? given : io::secret_from_environment(variable);
  if (!url) return {};
  const std::size_t host = url->find("://");
  const bool http = url->starts_with("http://") || url->starts_with("https://");
  if (!http || url->size() <= host + 3 || base::printable(*url) != *url ||
      url->find(' ') != std::string::npos) {
    // Not repeated: it may be a secret.
    throw cli::usage_error("--" + key + ": not an http or https URL");
  }
  return *url;
}

// An address or a header line: what would begin another line is refused.
std::string line_from(const cli::Args& args, const std::string& key, const std::string& fallback) {
  const std::string text = args.value(key).value_or(fallback);
  if (base::printable(text) != text) {
    throw cli::usage_error("--" + key + ": has a line break or a control character");
  }
  return text;
}

std::string address_from(const cli::Args& args, const std::string& key,
                         const std::string& fallback) {
  const std::string address = line_from(args, key, fallback);
  if (address.empty()) return {};
  if (address.find('@') == std::string::npos ||
      address.find_first_of(" ,;<>") != std::string::npos) {
    throw cli::usage_error("--" + key + ": not one mail address: " + address);
  }
  return address;
}

void mail_channels(const cli::Args& args, const std::string& host, notify::Channels& channels) {
  channels.letter = {.from = address_from(args, "mail-from", "sentinel@" + host),
                     .to = address_from(args, "mail", ""),
                     .subject = line_from(args, "mail-subject", "Backup Failure Alert"),
                     .text = line_from(args, "mail-text", "")};
  channels.mail_server = args.value("mail-server").value_or("");
  channels.sendmail = args.value("sendmail").value_or("/usr/sbin/sendmail");
  if (!channels.mail_server.empty()) {
    if (!channels.mail_server.starts_with("smtp://") &&
        !channels.mail_server.starts_with("smtps://")) {
      throw cli::usage_error("--mail-server: neither smtp:// nor smtps://: " +
                             base::printable(channels.mail_server));
    }
    channels.mail_user = io::environment("SENTINEL_MAIL_USER").value_or("");
    channels.mail_password = io::secret_from_environment("SENTINEL_MAIL_PASSWORD").value_or("");
  }
  for (const char* key : {"mail-from", "mail-subject", "mail-text", "mail-server", "sendmail"}) {
    if (args.has(key) && !args.has("mail")) {
      throw cli::usage_error("--" + std::string(key) + ": needs --mail");
    }
  }
}

}  // namespace

cli::Tool run_tool() {
  return {.name = "sentinel",
          .mode = "run",
          .purpose = "Run a command, without overlap, and tell how it went",
          .usage = {"--name NAME [OPTION]... -- COMMAND [ARGUMENT]..."},
          .options =
              {
                  {0, "name", "NAME", "what the run is called everywhere"},
                  {0, "lock", "FILE", "run nothing while another run holds the lock"},
                  {0, "timeout", "DURATION", "end the command, all tries included, after this"},
                  {0, "retries", "N", "tries after the first one (default 0)"},
                  {0, "backoff", "DURATION", "before the second try, then doubled (default 1m)"},
                  {0, "ping", "URL", "tell start, success and failure, as healthchecks.io has it"},
                  {0, "webhook", "URL", "post success and failure as JSON"},
                  {0, "mail", "ADDRESS", "send mail about a failure"},
                  {0, "mail-from", "ADDRESS", "who sends it (default sentinel@HOST)"},
                  {0, "mail-subject", "TEXT", "its subject (default Backup Failure Alert)"},
                  {0, "mail-text", "TEXT", "its first line (default Backup failed at DATE)"},
                  {0, "mail-server", "URL", "smtp://HOST:PORT or smtps://HOST (default: sendmail)"},
                  {0, "sendmail", "PROGRAM", "default /usr/sbin/sendmail"},
                  {0, "ca-bundle", "FILE", "certificates to trust, PEM"},
                  {0, "metrics", "FILE", "write metrics for Prometheus"},
                  {0, "history", "FILE", "append a line of JSON"},
              },
          .kind = cli::Kind::wrapper,
          .command = cli::Command::yes,
          .notes =
              "What is secret may come from the environment: SENTINEL_PING_URL,\n"
              "SENTINEL_WEBHOOK_URL, SENTINEL_MAIL_USER, SENTINEL_MAIL_PASSWORD; or, but for\n"
              "the user, from the file that the same name with _FILE names."};
}

RunSettings run_settings_from(const cli::Args& args) {
  const auto name = args.value("name");
  if (!name) throw cli::usage_error("--name: is missing");
  if (!args.command()) throw cli::usage_error("--: a command is missing");
  RunSettings settings{
      .name = line_from(args, "name", ""), .host = host_name(), .command = *args.command()};
  if (const auto limit = args.duration("timeout")) {
    if (*limit == 0) throw cli::usage_error("--timeout: no time at all");
    settings.timeout = seconds(*limit);
  }
  settings.retries = static_cast<unsigned>(args.number("retries", 0, 0, 20));
  settings.backoff = seconds(args.duration("backoff").value_or(60));
  if (args.has("backoff") && settings.retries == 0) {
    throw cli::usage_error("--backoff: needs --retries");
  }
  settings.lock = args.value("lock").value_or("");
  settings.metrics = args.value("metrics").value_or("");
  settings.history = args.value("history").value_or("");
  settings.channels.ping = url_from(args, "ping", "SENTINEL_PING_URL");
  settings.channels.webhook = url_from(args, "webhook", "SENTINEL_WEBHOOK_URL");
  settings.channels.ca_bundle = args.value("ca-bundle").value_or("");
  mail_channels(args, settings.host, settings.channels);
  return settings;
}

}  // namespace sluice::sentinel
