#pragma once
// What the modes of seal share: the settings, the keys they name, and the output.

#include <optional>
#include <string>
#include <vector>

#include "cli/run.hpp"
#include "crypt/age.hpp"
#include "crypt/armor.hpp"
#include "crypt/key_file.hpp"
#include "io/atomic_file.hpp"
#include "stream/fd_sink.hpp"
#include "stream/input.hpp"

namespace sluice::seal {

enum class Mode { encrypt, decrypt, inspect, rewrap };

struct Settings {
  Mode mode = Mode::encrypt;
  std::vector<std::string> recipients;
  std::vector<std::string> recipient_files;
  std::vector<std::string> identity_files;
  bool passphrase = false;
  bool armor = false;
  bool json = false;
  unsigned threads = 1;
  std::string output;  ///< "": standard output
  std::string file;    ///< "": standard input
  stream::EofPolicy eof;
};

/// Whom to encrypt to: the options, or where they name nobody the environment.
[[nodiscard]] crypt::Recipients recipients_from(const Settings& settings, const crypt::Warn& warn);

/// What to decrypt with: the options, the environment, and a terminal for a passphrase.
[[nodiscard]] crypt::Keys keys_from(const Settings& settings, const crypt::Warn& warn);

/// Standard output, or a file that appears when it is finished; armored where the settings say so.
class Output {
 public:
  explicit Output(const Settings& settings);

  [[nodiscard]] stream::Sink& sink();
  void finish();
  [[nodiscard]] std::uint64_t count() const { return bytes_.count(); }

 private:
  std::optional<io::AtomicFile> file_;
  stream::FdSink bytes_;
  std::optional<crypt::ArmorSink> armor_;
};

base::Exit encrypt(const cli::Context& context, const Settings& settings);
base::Exit decrypt(const cli::Context& context, const Settings& settings);
base::Exit inspect(const cli::Context& context, const Settings& settings);
base::Exit rewrap(const cli::Context& context, const Settings& settings);

/// Hands warnings to the log.
[[nodiscard]] crypt::Warn warner(const cli::Context& context);

}  // namespace sluice::seal
