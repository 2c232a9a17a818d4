#!/bin/bash
# runtime-packages.sh PROGRAM…: the Debian packages of the libraries that the programs load.
set -euo pipefail
ldd "$@" | sed -n 's/.* => \([^ ]*\) .*/\1/p' | sort -u | while read -r library; do
  dpkg-query -S "*${library#/usr}" # packages name what is in /usr/lib with and without /usr
done | cut -d: -f1 | sort -u
