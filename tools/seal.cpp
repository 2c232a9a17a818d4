// seal: encrypt and decrypt in the age format.

#include "seal.hpp"

#include <algorithm>

#include "crypt/secret.hpp"
#include "io/cpus.hpp"

namespace {

using namespace sluice;
using seal::Mode;
using seal::Settings;

const cli::Tool kTool{
    .name = "seal",
    .purpose = "Encrypt and decrypt in the age format",
    .usage = {"[-e] -r RECIPIENT... | -R FILE... | -i KEYFILE... | -p [-a] [-o FILE] [FILE]",
              "-d [-i KEYFILE]... [-o FILE] [FILE]", "--inspect [--json] [FILE]",
              "--rewrap -i KEYFILE... -r RECIPIENT... | -R FILE... [-a] [-o FILE] [FILE]"},
    .options =
        {
            {'e', "encrypt", nullptr, "encrypt (the default)"},
            {'d', "decrypt", nullptr, "decrypt"},
            {0, "inspect", nullptr, "describe an encrypted file; needs no key"},
            {0, "rewrap", nullptr, "give a file new recipients; the payload stays as it is"},
            {'r', "recipient", "RECIPIENT", "encrypt to age1... or \"ssh-ed25519 ...\"",
             cli::Times::many},
            {'R', "recipients-file", "FILE", "encrypt to the recipients in FILE, one a line",
             cli::Times::many},
            {'i', "identity", "KEYFILE", "decrypt with, or encrypt to, the keys in KEYFILE",
             cli::Times::many},
            {'p', "passphrase", nullptr, "encrypt with a passphrase"},
            {'o', "output", "FILE", "write to FILE, which appears when all is done"},
            {'a', "armor", nullptr, "encrypt to text"},
            {0, "json", nullptr, "with --inspect: one JSON object"},
            {0, "threads", "N", "threads (default: the CPUs this process may use, at most 8)"},
        },
    .most_operands = 1,
    .kind = cli::Kind::filter,
    .notes =
        "Without a terminal, the environment names what is secret: SEAL_IDENTITY_FILE,\n"
        "SEAL_RECIPIENTS or SEAL_RECIPIENTS_FILE, and SEAL_PASSPHRASE or _FILE, _FD or\n"
        "_COMMAND of it.",
};

Mode mode_from(const cli::Args& args) {
  std::optional<Mode> mode;
  for (const auto& [name, each] : {std::pair{"encrypt", Mode::encrypt},
                                   {"decrypt", Mode::decrypt},
                                   {"inspect", Mode::inspect},
                                   {"rewrap", Mode::rewrap}}) {
    if (!args.has(name)) continue;
    if (mode) throw cli::usage_error("more than one of -e, -d, --inspect and --rewrap");
    mode = each;
  }
  return mode.value_or(Mode::encrypt);
}

// Options that say nothing in the mode that is asked for are mistakes.
void refuse_what_is_idle(const cli::Args& args, Mode mode) {
  const auto refuse = [&](const char* option, const char* why) {
    if (args.has(option)) throw cli::usage_error("--" + std::string(option) + ": " + why);
  };
  if (mode != Mode::inspect) refuse("json", "is for --inspect");
  if (mode == Mode::decrypt || mode == Mode::inspect) {
    refuse("recipient", "is for encryption");
    refuse("recipients-file", "is for encryption");
    refuse("armor", "is for encryption; armored input is recognised");
    refuse("passphrase", "is for encryption; a file that needs a passphrase is recognised");
  }
  if (mode == Mode::rewrap) refuse("passphrase", "a file is rewrapped to recipients only");
  if (mode == Mode::inspect) {
    refuse("identity", "--inspect needs no key");
    refuse("output", "--inspect prints to standard output");
  }
}

// "-" is what a pipe is called elsewhere.
std::string path_from(const std::string& path) { return path == "-" ? "" : path; }

Settings settings_from(const cli::Args& args) {
  Settings settings;
  settings.mode = mode_from(args);
  refuse_what_is_idle(args, settings.mode);
  settings.recipients = args.values("recipient");
  settings.recipient_files = args.values("recipients-file");
  settings.identity_files = args.values("identity");
  settings.passphrase = args.has("passphrase");
  settings.armor = args.has("armor");
  settings.json = args.has("json");
  settings.threads =
      static_cast<unsigned>(args.number("threads", std::min(io::available_cpus(), 8U), 1, 256));
  settings.output = path_from(args.value("output").value_or(""));
  if (!args.operands().empty()) settings.file = path_from(args.operands().front());
  settings.eof = {args.has("trust-eof"), args.has("allow-empty")};
  std::size_t readers = settings.file.empty() ? 1 : 0;
  for (const auto* files : {&settings.recipient_files, &settings.identity_files}) {
    readers += static_cast<std::size_t>(std::count(files->begin(), files->end(), "-"));
  }
  if (readers > 1) throw cli::usage_error("standard input cannot be read twice");
  return settings;
}

base::Exit body(const cli::Context& context) {
  const Settings settings = settings_from(context.args());
  switch (settings.mode) {
    case Mode::encrypt: return seal::encrypt(context, settings);
    case Mode::decrypt: return seal::decrypt(context, settings);
    case Mode::inspect: return seal::inspect(context, settings);
    case Mode::rewrap: return seal::rewrap(context, settings);
  }
  return base::Exit::software;
}

}  // namespace

int main(int argc, char** argv) {
  crypt::forbid_core_dumps();
  return cli::run(argc, argv, kTool, body);
}
