#!/bin/bash
# The two PostgreSQL tools against servers and client programs of several majors, each from the
# Debian release that has it, in a chroot. Root only.
#   run.sh MAJOR...
# Chroots are made in a directory of their own and go with it; VERSIONS_DIR names one that stays, for
# who runs this often. A major that the machine has needs no chroot.
set -euo pipefail
export LC_ALL=C.UTF-8
here=$(cd "$(dirname "$0")" && pwd)

die() { echo "run.sh: $*" >&2; exit 1; }

[ "$(id -u)" = 0 ] || die "needs root, for chroot(8)"
# What is mounted below ends with the namespace.
[ -n "${SLUICE_VERSIONS_INSIDE:-}" ] ||
  SLUICE_VERSIONS_INSIDE=1 exec unshare --mount --propagation private "$0" "$@"

work=${VERSIONS_DIR:-$(mktemp -d /var/tmp/sluice-versions-XXXXXX)}
mkdir -p "$work"
chmod 755 "$work" # the server is another user's
cleanup() { [ -n "${VERSIONS_DIR:-}" ] || { umount -R "$work"/*/{tmp,proc,dev} 2>/dev/null; rm -rf --one-file-system "$work"; }; }
trap cleanup EXIT

release_of() {
  case $1 in
    13) echo bullseye ;;
    15) echo bookworm ;;
    17) echo trixie ;;
    18) echo forky ;;
    *) die "no Debian release is known for PostgreSQL $1" ;;
  esac
}

# shellcheck disable=SC2016 # the mirror's own format
mirror() { apt-get indextargets --format '$(REPO_URI)' | grep -v security | head -1; }

install_release() { # ROOT MAJOR
  local root=$1 major=$2 release
  release=$(release_of "$major")
  rm -rf --one-file-system "$root"
  debootstrap --variant=minbase "$release" "$root" "$(mirror)" /usr/share/debootstrap/scripts/sid
  # No server starts on its own, no cluster is made.
  printf '#!/bin/sh\nexit 101\n' | install -m 755 /dev/stdin "$root/usr/sbin/policy-rc.d"
  mkdir -p "$root/etc/postgresql-common"
  echo 'create_main_cluster = false' >"$root/etc/postgresql-common/createcluster.conf"
  chroot "$root" env DEBIAN_FRONTEND=noninteractive apt-get -o Acquire::Check-Valid-Until=false \
    install -qy --no-install-recommends "postgresql-$major"
  touch "$root/complete"
}

# Programs of the chroot for who looks for them in PATH; files have the same names there.
write_wrappers() { # ROOT MAJOR DIRECTORY
  local program
  mkdir -p "$3"
  for program in pg_dump pg_dumpall pg_restore pg_basebackup pg_combinebackup psql createdb dropdb; do
    # shellcheck disable=SC2016 # for the script that is written
    printf '#!/bin/sh\nexec chroot %q /bin/sh -c '\''cd "$0" 2>/dev/null || cd /; exec "$@"'\'' "$PWD" %s "$@"\n' \
      "$1" "/usr/lib/postgresql/$2/bin/$program" | install -m 755 /dev/stdin "$3/$program"
  done
}

enter_release() { # MAJOR: sets CHROOT and PATH for its tests
  local root=$work/$1
  if [ ! -e "$root/complete" ]; then
    echo "making a chroot for PostgreSQL $1"
    install_release "$root" "$1" >"$work/$1.log" 2>&1 || { tail "$work/$1.log" >&2; die "no chroot for $1"; }
  fi
  mount --bind /tmp "$root/tmp"
  mount --rbind /dev "$root/dev"
  mount -t proc proc "$root/proc"
  write_wrappers "$root" "$1" "$work/$1-bin"
  export CHROOT=$root WRAPPERS=$work/$1-bin PATH="$work/$1-bin:$PATH"
}

# The server's own regression suite, built in the release that has the server: what runs it, and the
# libraries that it loads. Sets REGRESS, a path there.
build_regression() { # MAJOR, after CHROOT is known
  local source=$work/source-$1 inside=()
  if [ -n "$CHROOT" ]; then
    source=/source
    inside=(chroot "$CHROOT")
  fi
  export REGRESS=$source/tree/src/test/regress
  [ ! -e "$CHROOT$source/complete" ] || return 0
  echo "building the regression suite of PostgreSQL $1"
  rm -rf "$CHROOT$source"
  mkdir -p "$CHROOT$source"/{lists,cache/archives}/partial "$CHROOT$source/tree"
  echo "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $(mirror) $(release_of "$1") main" >"$CHROOT$source/sources.list"
  install -m 755 "$here/fetch-source.sh" "$CHROOT$source"
  "${inside[@]}" "$source/fetch-source.sh" "$source" "postgresql-$1" >"$work/source-$1.log" 2>&1 || {
    tail "$work/source-$1.log" >&2
    die "no source of the regression suite"
  }
  # shellcheck disable=SC2016
  "${inside[@]}" env DEBIAN_FRONTEND=noninteractive sh -ec 'cd "$0"
    [ -z "$1" ] || apt-get -qq install --no-install-recommends gcc libc6-dev make bzip2 bison flex perl
    tar -xf postgresql-*.orig.tar.* --strip-components 1 -C tree
    cd tree
    ./configure --without-readline --without-zlib --without-icu
    make -s -C src/backend generated-headers
    make -s -j"$(nproc)" -C src/interfaces/libpq
    make -s -j"$(nproc)" -C src/test/regress' "$source" "$CHROOT" >>"$work/source-$1.log" 2>&1 || {
    tail "$work/source-$1.log" >&2
    die "the regression suite was not built"
  }
  touch "$CHROOT$source/complete"
}

status=0
for MAJOR; do
  export MAJOR
  echo "# PostgreSQL $MAJOR"
  (
    if [ -x "/usr/lib/postgresql/$MAJOR/bin/initdb" ]; then
      export CHROOT='' PATH="/usr/lib/postgresql/$MAJOR/bin:$PATH"
    else
      enter_release "$MAJOR"
    fi
    build_regression "$MAJOR"
    bats --print-output-on-failure "$here"/{versions,pitr,regression}.bats
  ) || status=1
done
exit $status
