// seal --inspect: what an encrypted file shows without a key.

#include <unistd.h>

#include "base/text.hpp"
#include "seal.hpp"

namespace sluice::seal {

namespace {

std::string size_text(std::uint64_t size) {
  return std::to_string(size) + " bytes (" + base::human_size(size) + ")";
}

std::string text_report(const crypt::Facts& facts) {
  std::string text = "format:     age-encryption.org/v1";
  text += facts.armored ? ", armored\n" : "\n";
  for (const std::string& type : facts.recipients) {
    text += "recipient:  " + base::printable(type);
    if (facts.work_factor) text += ", work factor " + std::to_string(*facts.work_factor);
    text += "\n";
  }
  text += "header:     " + size_text(facts.header_size) + "\n";
  text += "payload:    " + size_text(facts.payload_size) + "\n";
  if (facts.plain_size) text += "plain text: " + size_text(*facts.plain_size) + "\n";
  return text;
}

std::string json_report(const crypt::Facts& facts) {
  std::vector<std::string> recipients;
  for (const std::string& type : facts.recipients) recipients.push_back(base::json_quote(type));
  std::string text = "{\"format\":\"age-encryption.org/v1\",\"armored\":";
  text += facts.armored ? "true" : "false";
  text += ",\"recipients\":[" + base::join(recipients, ",") + "]";
  if (facts.work_factor) text += ",\"work_factor\":" + std::to_string(*facts.work_factor);
  text += ",\"header_size\":" + std::to_string(facts.header_size);
  text += ",\"payload_size\":" + std::to_string(facts.payload_size);
  text += ",\"plain_size\":" + (facts.plain_size ? std::to_string(*facts.plain_size) : "null");
  text += facts.plain_size ? ",\"cut\":false}\n" : ",\"cut\":true}\n";
  return text;
}

}  // namespace

base::Exit inspect(const cli::Context& context, const Settings& settings) {
  stream::Input in = stream::Input::open(settings.file, settings.eof);
  const cli::Progress progress = context.show_progress(in.count(), in.size_if_known());
  const crypt::Facts facts = crypt::inspect(in);
  const std::string report = settings.json ? json_report(facts) : text_report(facts);
  io::write_all(STDOUT_FILENO, base::as_bytes(report), "standard output");
  if (!facts.plain_size) {
    throw base::Error(base::Exit::data, in.name() + ": cut after " +
                                            std::to_string(facts.header_size + facts.payload_size) +
                                            " bytes");
  }
  return base::Exit::ok;
}

}  // namespace sluice::seal
