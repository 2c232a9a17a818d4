#pragma once
// How large each part of a multipart upload is. Pure.
//
// A stream of unknown length begins with small parts, which need little memory and lose little to
// a retry, and grows them late: the first 36 % of the parts have 8 MiB, and from there the size
// doubles at fixed places, so that 10,000 parts reach 5.4 TiB. A stream whose length is known is
// divided evenly. Limits: Amazon S3 User Guide, "Multipart upload limits".

#include <cstdint>
#include <optional>
#include <string>

namespace sluice::s3 {

inline constexpr std::uint64_t kSmallestPart = 5 << 20;
inline constexpr std::uint64_t kUsualPart = 8 << 20;
inline constexpr std::uint64_t kLargestPart = 5ULL << 30;
inline constexpr std::uint64_t kUsualMaxParts = 10'000;

struct PartRules {
  std::uint64_t max_parts = kUsualMaxParts;
  std::optional<std::uint64_t> part_size = {};      ///< all parts equal, as some servers demand
  std::optional<std::uint64_t> expected_size = {};  ///< of the whole stream
};

/// The same, with equal parts where the server at that URL takes no others.
[[nodiscard]] PartRules suited_to(const std::string& endpoint_url, PartRules rules);

class PartPlan {
 public:
  /// Throws: base::Error (usage) for a size that the rules cannot hold.
  explicit PartPlan(const PartRules& rules);

  /// The size of part `number` (from 1), 0 beyond the last one that is allowed.
  [[nodiscard]] std::uint64_t size_of(std::uint64_t number) const;

 private:
  std::uint64_t max_parts_;
  std::uint64_t fixed_ = 0;  ///< 0: parts grow
  std::uint64_t smallest_;   ///< where growing begins
};

}  // namespace sluice::s3
