// seal-keygen: make a key pair, or print the recipients of one.

#include <sys/stat.h>
#include <unistd.h>

#include <optional>
#include <string>

#include "base/time.hpp"
#include "cli/run.hpp"
#include "crypt/identity.hpp"
#include "crypt/key_file.hpp"
#include "crypt/secret.hpp"
#include "io/atomic_file.hpp"

namespace {

using namespace sluice;

const cli::Tool kTool{
    .name = "seal-keygen",
    .purpose = "Make a key pair for seal and age",
    .usage = {"[-o FILE]", "-y [-o FILE] [KEYFILE]"},
    .options = {{'o', "output", "FILE", "write to FILE, which must not exist (mode 0600)"},
                {'y', "recipients", nullptr, "print the recipients of the keys in KEYFILE"}},
    .most_operands = 1,
};

struct Settings {
  bool recipients_only = false;
  std::string output;  // "": standard output
  std::string key_file;
};

Settings settings_from(const cli::Args& args) {
  Settings settings{args.has("recipients"), args.value("output").value_or(""), "-"};
  if (!args.operands().empty()) {
    if (!settings.recipients_only) {
      throw cli::usage_error("a key file is read with -y only", "a new key is written with -o");
    }
    settings.key_file = args.operands().front();
  }
  if (settings.output == "-") settings.output.clear();
  return settings;
}

using Lines = std::vector<crypt::Secret>;

// To a new file, or to standard output.
void write_lines(const Lines& lines, const std::string& path) {
  if (path.empty()) {
    for (const crypt::Secret& line : lines) {
      io::write_all(STDOUT_FILENO, line.bytes(), "standard output");
    }
    return;
  }
  io::AtomicFile file(path, io::IfExists::refuse);
  for (const crypt::Secret& line : lines) file.write(line.bytes());
  file.finish();
}

crypt::Secret line(std::string_view text) {
  return crypt::Secret(base::as_bytes(std::string(text) + "\n"));
}

void warn_if_others_may_read_stdout(cli::Log& log) {
  struct stat status {};
  if (::fstat(STDOUT_FILENO, &status) == 0 && S_ISREG(status.st_mode) &&
      (status.st_mode & (S_IRGRP | S_IROTH)) != 0) {
    log.warning("standard output: others may read this secret key; use -o");
  }
}

void make_key(cli::Log& log, const Settings& settings) {
  const crypt::Secret key = crypt::random_secret(crypt::kKeySize);
  const std::string recipient = crypt::x25519_recipient(crypt::x25519_public(key.bytes()))->text();
  const std::string file = settings.output.empty() ? "KEYFILE" : settings.output;
  const std::string restore = "age -d -i " + file + " FILE";
  Lines lines;
  lines.push_back(line("# created: " + base::rfc3339(base::now())));
  lines.push_back(line("# public key: " + recipient));
  lines.push_back(line("# decrypt: " + restore));
  lines.push_back(crypt::identity_text(key));
  lines.push_back(line(""));
  if (settings.output.empty()) warn_if_others_may_read_stdout(log);
  write_lines(lines, settings.output);
  if (::isatty(STDOUT_FILENO) == 1 && settings.output.empty()) return;
  const std::string words = "Public key: " + recipient + "\nDecrypt with: " + restore + "\n";
  io::write_all(STDERR_FILENO, base::as_bytes(words), "standard error");
}

void print_recipients(cli::Log& log, const Settings& settings) {
  std::vector<std::unique_ptr<crypt::Identity>> identities;
  crypt::read_identities(settings.key_file, identities,
                         [&](std::string_view message) { log.warning(message); });
  Lines lines;
  for (const auto& identity : identities) lines.push_back(line(identity->recipient()->text()));
  write_lines(lines, settings.output);
}

base::Exit body(const cli::Context& context) {
  const Settings settings = settings_from(context.args());
  if (settings.recipients_only) {
    print_recipients(context.log(), settings);
  } else {
    make_key(context.log(), settings);
  }
  return base::Exit::ok;
}

}  // namespace

int main(int argc, char** argv) {
  crypt::forbid_core_dumps();
  return cli::run(argc, argv, kTool, body);
}
