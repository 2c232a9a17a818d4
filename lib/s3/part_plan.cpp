#include "s3/part_plan.hpp"

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "base/text.hpp"

namespace sluice::s3 {

namespace {

// Where each doubling ends, in thousandths of the parts. 8 MiB, 16 MiB, 32 MiB last long enough
// that 64 GiB fit before a part outgrows half of the usual memory.
constexpr std::array<std::uint64_t, 10> kSteps{360, 430, 520, 588, 657, 725, 794, 863, 931, 1000};
constexpr std::uint64_t kMiB = 1 << 20;
// 156 GiB in 10,000 parts, and two of them in less than the usual memory.
constexpr std::uint64_t kEqualPart = 16 * kMiB;

std::uint64_t even_part(const PartRules& rules) {
  const std::uint64_t even =
      (rules.expected_size.value_or(0) + rules.max_parts - 1) / rules.max_parts;
  return (even + kMiB - 1) / kMiB * kMiB;
}

}  // namespace

PartRules suited_to(const std::string& endpoint_url, PartRules rules) {
  // Cloudflare R2 documentation, "Multipart upload limitations": all but the last are equal.
  const bool equal = endpoint_url.find(".r2.cloudflarestorage.com") != std::string::npos;
  if (equal && !rules.part_size) rules.part_size = std::max(kEqualPart, even_part(rules));
  return rules;
}

PartPlan::PartPlan(const PartRules& rules) : max_parts_(rules.max_parts), smallest_(kUsualPart) {
  const std::uint64_t expected = rules.expected_size.value_or(0);
  if (rules.part_size) {
    fixed_ = *rules.part_size;
    if (fixed_ < kSmallestPart || fixed_ > kLargestPart) {
      throw base::Error(base::Exit::usage,
                        "part size " + base::human_size(fixed_) + ": S3 allows 5 MiB to 5 GiB");
    }
  } else if (expected > 0) {
    smallest_ = std::max(kUsualPart, even_part(rules));
    // An expectation is no promise: parts that are small anyway may still grow.
    if (smallest_ > kUsualPart) fixed_ = smallest_;
  }
  const std::uint64_t most = fixed_ > 0 ? fixed_ : kLargestPart;
  if (most > kLargestPart || expected > most * max_parts_) {
    throw base::Error(base::Exit::usage, base::human_size(expected) + " do not fit in " +
                                             std::to_string(max_parts_) + " parts of " +
                                             base::human_size(std::min(most, kLargestPart)));
  }
}

std::uint64_t PartPlan::size_of(std::uint64_t number) const {
  if (number > max_parts_) return 0;
  if (fixed_ > 0) return fixed_;
  std::uint64_t size = smallest_;
  for (const std::uint64_t end : kSteps) {
    if ((number - 1) * 1000 < end * max_parts_) break;
    size *= 2;
  }
  return std::min(size, kLargestPart);
}

}  // namespace sluice::s3
