# shellcheck shell=bash
# A server of $MAJOR, from the machine or from the chroot $CHROOT, whose /tmp is the machine's; the
# client programs in PATH are of the same major.

# shellcheck source=tests/support/postgres.bash
. "${BASH_SOURCE[0]%/*}/../support/postgres.bash"

if [ -n "${CHROOT:-}" ]; then
  postgres_bin() { echo "/usr/lib/postgresql/$MAJOR/bin"; }
  postgres_as_owner() { chroot --userspec=postgres:postgres "$CHROOT" "$@"; }
else
  postgres_bin() { echo "/usr/lib/postgresql/$MAJOR/bin"; }
fi

# A server with a database "src" that has all that breaks dumpers.
major_setup_file() {
  PG_DIR=$(mktemp -u /tmp/sluice-pg-XXXXXX)
  export PG_DIR
  cd /tmp || return
  postgres_start "$PG_DIR" "$MAJOR" || return
  createdb src
  "${BASH_SOURCE[0]%/*}/../support/sample.sh" 20000 | psql -X -q src
  psql -X -q -v ON_ERROR_STOP=1 -v many="${MANY_TABLES:-1500}" src <"${BASH_SOURCE[0]%/*}/worst.sql"
}

# same_as NAME OTHER: definitions in their order; then rows, sequences, large objects, privileges
# and comments.
same_as() {
  diff <(pg_dump -s "$1" | strip_key) <(pg_dump -s "$2" | strip_key) >differences ||
    fail "the definitions of $2 differ: $(head -20 differences)"
  same_database "$1" "$2"
}

# same_contents ARCHIVE OTHER: the tables of contents with what every entry depends on, which is what
# pg_restore -j goes by; not the head, which has times and versions.
same_contents() {
  diff <(pg_restore -v -l "$1" | sed "1,/^; Selected TOC/d") <(pg_restore -v -l "$2" | sed "1,/^; Selected TOC/d") >differences ||
    fail "other contents: $(head -20 differences)"
}
