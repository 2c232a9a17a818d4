// The official test vectors of the age format (C2SP/CCTV, "age"), one test for all of them.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "base/text.hpp"
#include "crypt/primitives.hpp"
#include "crypt_support.hpp"

namespace sluice::crypt {
namespace {

struct Vector {
  std::multimap<std::string, std::string> fields;
  std::string file;

  [[nodiscard]] std::string field(const std::string& key) const {
    const auto found = fields.find(key);
    return found == fields.end() ? "" : found->second;
  }
};

Vector read_vector(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  Vector vector;
  for (std::string line; std::getline(stream, line) && !line.empty();) {
    const std::size_t colon = line.find(": ");
    vector.fields.emplace(line.substr(0, colon), line.substr(colon + 2));
  }
  std::stringstream rest;
  rest << stream.rdbuf();
  vector.file = rest.str();
  return vector;
}

bool needs_post_quantum(const Vector& vector) {
  const auto [first, last] = vector.fields.equal_range("identity");
  return std::any_of(first, last, [](const auto& field) {
    return field.second.starts_with("AGE-SECRET-KEY-PQ-");
  });
}

Keys keys_for(const Vector& vector) {
  Keys keys;
  const auto [first, last] = vector.fields.equal_range("identity");
  for (auto each = first; each != last; ++each) {
    keys.identities.push_back(parse_identity(each->second));
  }
  const std::string passphrase = vector.field("passphrase");
  keys.passphrase = [passphrase] { return Secret(base::as_bytes(passphrase)); };
  return keys;
}

// The class that CCTV gives a failure, from the words that a user reads.
std::string class_of(const Outcome& outcome) {
  const auto says = [&](const char* words) {
    return outcome.error.find(words) != std::string::npos;
  };
  if (outcome.error.empty()) return "success";
  if (says("wrong key") || says("wrong passphrase") || says("none is given")) return "no match";
  if (says("it is not authentic")) return "HMAC failure";
  if (says("the header is ") || says("not an age file")) return "header failure";
  if (says("the armor is ")) return "armor failure";
  if (says("the payload is damaged") || says("cut after") || says("trailing bytes")) {
    return "payload failure";
  }
  return outcome.error;
}

std::string sha256_hex(const std::string& data) {
  return base::hex(base::as_text(sha256(base::as_bytes(data))));
}

void check(const std::string& name, const Vector& vector) {
  for (const unsigned threads : {1U, 4U}) {
    const Outcome outcome = try_decrypt(vector.file, keys_for(vector), threads);
    std::string found = class_of(outcome);
    // Whether a file is armored is not told to us: one that does not look so is no age file.
    if (vector.field("armored") == "yes" && outcome.error == "input: not an age file") {
      found = "armor failure";
    }
    EXPECT_EQ(found, vector.field("expect")) << name << ": " << outcome.error;
    const std::string payload = vector.field("payload");
    EXPECT_EQ(sha256_hex(outcome.data), payload.empty() ? sha256_hex("") : payload) << name;
  }
}

TEST(AgeVectors, GiveTheExpectedClassAndPlaintext) {
  const char* const named = std::getenv("CCTV_AGE_DIR");
  const std::filesystem::path directory = named == nullptr ? "build/age-vectors" : named;
  if (!std::filesystem::is_directory(directory)) {
    GTEST_SKIP() << "no test vectors in " << directory << ": npm is needed to fetch them";
  }
  int checked = 0;
  int post_quantum = 0;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    const Vector vector = read_vector(entry.path());
    if (needs_post_quantum(vector)) {
      ++post_quantum;
      continue;
    }
    check(entry.path().filename(), vector);
    ++checked;
  }
  EXPECT_EQ(checked, 124);
  EXPECT_EQ(post_quantum, 19);
}

}  // namespace
}  // namespace sluice::crypt
