#pragma once
// The lines that s3ls prints.

#include <string>

#include "cli/options.hpp"
#include "store/choose.hpp"

namespace sluice {

enum class LineFormat { plain, nul, verbose, json };

/// Throws: base::Error (usage).
[[nodiscard]] LineFormat format_from(const cli::Args& args);

/// Collects output and writes it to standard output in large pieces. finish() writes the rest.
class Lines {
 public:
  Lines(store::Location place, LineFormat format) : place_(std::move(place)), format_(format) {}

  /// `by_template` says whether the object was found by one.
  void object(const store::Found& found, bool by_template);
  /// Its ID goes before the URL.
  void version(const store::Found& found, bool by_template, bool latest, bool deletion);
  void incomplete(const store::Incomplete& incomplete);
  void bucket(const std::string& name, base::Time created);
  void finish();

  [[nodiscard]] std::uint64_t count() const { return count_; }
  /// Bytes of all objects.
  [[nodiscard]] std::uint64_t size() const { return size_; }

 private:
  [[nodiscard]] std::string facts(const store::Found& found, bool by_template) const;
  void line(const std::string& url, const std::string& verbose, const std::string& json,
            const std::string& before_url = "");

  store::Location place_;
  LineFormat format_;
  std::string text_;
  std::uint64_t count_ = 0;
  std::uint64_t size_ = 0;
};

/// The line that ends a listing of `count` things, "object" or "version", of `size` bytes together.
void write_total(const std::string& thing, std::uint64_t count, std::uint64_t size,
                 LineFormat format);

}  // namespace sluice
