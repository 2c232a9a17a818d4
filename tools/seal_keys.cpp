// The keys of seal: what its options and the environment name.

#include <cstdlib>

#include "crypt/passphrase.hpp"
#include "seal.hpp"

namespace sluice::seal {

namespace {

std::string variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

crypt::Recipients recipients_of_options(const Settings& settings, const crypt::Warn& warn) {
  crypt::Recipients recipients;
  for (const std::string& text : settings.recipients) {
    recipients.add(crypt::parse_recipient(text));
  }
  for (const std::string& path : settings.recipient_files) {
    crypt::read_recipients(path, recipients);
  }
  if (settings.mode == Mode::rewrap) return recipients;  // there, -i opens the file
  std::vector<std::unique_ptr<crypt::Identity>> identities;
  for (const std::string& path : settings.identity_files) {
    crypt::read_identities(path, identities, warn);
  }
  for (const auto& identity : identities) recipients.add(identity->recipient());
  return recipients;
}

crypt::Recipients recipients_of_environment() {
  crypt::Recipients recipients;
  const std::string list = variable("SEAL_RECIPIENTS");
  const std::string file = variable("SEAL_RECIPIENTS_FILE");
  if (!list.empty()) crypt::read_recipient_list(list, "SEAL_RECIPIENTS", recipients);
  if (!file.empty()) crypt::read_recipients(file, recipients);
  return recipients;
}

}  // namespace

crypt::Recipients recipients_from(const Settings& settings, const crypt::Warn& warn) {
  crypt::Recipients recipients = recipients_of_options(settings, warn);
  if (recipients.empty()) recipients = recipients_of_environment();
  if (settings.mode == Mode::encrypt) {
    auto passphrase = crypt::passphrase_from_environment(warn);
    if (!passphrase && settings.passphrase) {
      passphrase = [] { return crypt::ask_passphrase("Passphrase", crypt::Confirm::yes); };
    }
    if (passphrase && !recipients.empty()) {
      throw cli::usage_error("a passphrase and recipients together",
                             "a file is encrypted either way: leave one of them out, options and "
                             "SEAL_… variables alike");
    }
    if (passphrase) recipients.add(crypt::passphrase_recipient(passphrase()));
  }
  if (recipients.empty()) {
    throw cli::usage_error("no recipient",
                           "say whom to encrypt to: -r, -R, SEAL_RECIPIENTS or "
                           "SEAL_RECIPIENTS_FILE; or a passphrase: -p or SEAL_PASSPHRASE_FILE");
  }
  return recipients;
}

crypt::Keys keys_from(const Settings& settings, const crypt::Warn& warn) {
  crypt::Keys keys;
  std::vector<std::string> files = settings.identity_files;
  const std::string file = variable("SEAL_IDENTITY_FILE");
  if (files.empty() && !file.empty()) files.push_back(file);
  for (const std::string& path : files) crypt::read_identities(path, keys.identities, warn);
  keys.passphrase = crypt::passphrase_from_environment(warn);
  if (!keys.passphrase) {
    keys.passphrase = [] { return crypt::ask_passphrase("Passphrase", crypt::Confirm::no); };
  }
  return keys;
}

}  // namespace sluice::seal
