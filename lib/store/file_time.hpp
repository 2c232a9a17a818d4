#pragma once
// When a file was last changed, to the nanosecond, and how S3 objects carry it: as decimal seconds
// in the metadata `mtime`, which is rclone's way.

#include <chrono>
#include <optional>
#include <string>

namespace sluice::store {

using FileTime = std::chrono::sys_time<std::chrono::nanoseconds>;

inline constexpr char kTimeHeader[] = "x-amz-meta-mtime";

/// `1700000000.5`: no zeros at the end of the fraction.
[[nodiscard]] std::string to_decimal(FileTime time);
[[nodiscard]] std::optional<FileTime> from_decimal(const std::string& text);

}  // namespace sluice::store
