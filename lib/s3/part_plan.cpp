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

}  // namespace

PartPlan::PartPlan(const PartRules& rules) : max_parts_(rules.max_parts), smallest_(kUsualPart) {
  const std::uint64_t expected = rules.expected_size.value_or(0);
  if (rules.part_size) {
    fixed_ = *rules.part_size;
    if (fixed_ < kSmallestPart || fixed_ > kLargestPart) {
      throw base::Error(base::Exit::usage,
                        "part size " + base::human_size(fixed_) + ": S3 allows 5 MiB to 5 GiB");
    }
  } else if (expected > 0) {
    const std::uint64_t even = (expected + max_parts_ - 1) / max_parts_;
    smallest_ = std::max(kUsualPart, (even + kMiB - 1) / kMiB * kMiB);
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
