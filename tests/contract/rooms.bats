#!/usr/bin/env bats
# The rooms depend in one direction, and a tool links only what it needs.

setup() { load ../support/common; }

# forbidden_includes LIB: includes that ROOMS does not allow, a line each
forbidden_includes() {
  local lib=$1 room allowed file target
  while IFS=: read -r room allowed; do
    for file in "$lib/$room"/*; do
      sed -n 's/^#include "\([a-z0-9]*\)\/.*/\1/p' "$file" | while read -r target; do
        [[ " $room $allowed " == *" $target "* ]] || echo "$file includes $target"
      done
    done
  done < <(grep -v '^#' "$lib/ROOMS")
}

@test "no room includes another that ROOMS does not allow" {
  is "$(forbidden_includes "$ROOT/lib")" ""
}

@test "the check finds a forbidden include" {
  cp -r "$ROOT/lib" "$BATS_TEST_TMPDIR/lib"
  echo '#include "cli/log.hpp"' >>"$BATS_TEST_TMPDIR/lib/io/fd.cpp"
  has "$(forbidden_includes "$BATS_TEST_TMPDIR/lib")" "io/fd.cpp includes cli"
}

@test "ROOMS lists every room" {
  is "$(grep -v '^#' "$ROOT/lib/ROOMS" | cut -d: -f1 | sort)" "$(find "$ROOT/lib" -mindepth 1 -maxdepth 1 -type d -printf '%f\n' | sort)"
}

@test "one room alone includes each foreign library" {
  check() { # ROOM HEADER-PATTERN
    is "$(cd "$ROOT/lib" && grep -lE "#include <($2)>" -r . | cut -d/ -f2 | sort -u)" "$1" "$2"
  }
  check zip 'libdeflate\.h|isa-l/igzip_lib\.h|zlib\.h|zstd\.h'
  check digest 'xxhash\.h|openssl/hmac\.h|isa-l/crc\.h'
  check crypt 'sodium\.h|gcrypt\.h'
}

@test "no tool or room file is longer than it should be" {
  is "$(cd "$ROOT" && wc -l tools/*.cpp | awk '$2 != "total" && $1 > 150')" ""
  is "$(cd "$ROOT" && wc -l lib/*/* | awk '$2 != "total" && $1 > 400')" ""
}

# links TOOL: the sonames it needs
links() { ldd "$(command -v "$1")" | awk '{print $1}'; }

@test "a tool links only its rooms' libraries" {
  is "$(links zpipe | grep -E 'libcurl|libpq|libsodium')" ""
}
