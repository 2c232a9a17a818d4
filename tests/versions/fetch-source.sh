#!/bin/sh
# fetch-source.sh DIRECTORY PACKAGE: fetches the source of PACKAGE as DIRECTORY/sources.list offers it.
# A mirror may have a version's binaries and not its source: then it is the source of the newest minor
# version before it that is there, signed by a Debian developer. As root, in the release itself.
set -eu
cd "$1"

with_list() { # TOOL...: one of apt's, for the lists and the cache of this directory
  tool=$1
  shift
  "$tool" -qq -o Acquire::Check-Valid-Until=false -o "Dir::Etc::sourcelist=$PWD/sources.list" \
    -o Dir::Etc::sourceparts=/dev/null -o "Dir::State::lists=$PWD/lists" -o "Dir::Cache=$PWD/cache" \
    -o APT::Sandbox::User=root "$@"
}

download() { with_list /usr/lib/apt/apt-helper download-file "$1" "$2"; } # URL FILE

fetch_earlier() { # URL, that of postgresql-17_17.12-0+deb13u1.dsc
  version=${1##*_}
  upstream=${version%%-*}
  minor=${upstream#*.}
  while [ "$minor" -gt 0 ]; do
    minor=$((minor - 1))
    download "${1%_*}_${upstream%.*}.$minor-${version#*-}" signed.dsc || continue
    gpgv --keyring /usr/share/keyrings/debian-keyring.gpg --output verified.dsc signed.dsc
    grep -E '^ [0-9a-f]{64} [0-9]+ [^ ]+\.orig\.tar\.[^. ]+$' verified.dsc >archive
    read -r sum _ name <archive
    download "${1%/*}/$name" "$name"
    echo "$sum  $name" | sha256sum -c
    return
  done
  echo "no earlier version is there either" >&2
  return 1
}

with_list apt-get update
if ! with_list apt-get source --download-only "$2"; then
  DEBIAN_FRONTEND=noninteractive apt-get -qq install --no-install-recommends debian-keyring gpgv
  fetch_earlier "$(with_list apt-get source --print-uris "$2" | sed -n "s/^'\(.*\.dsc\)'.*/\1/p")"
fi
