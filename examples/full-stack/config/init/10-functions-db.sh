#!/bin/bash
# The second database, and the right to copy the server's files over the network, for base backups.
set -euo pipefail
psql -X -v ON_ERROR_STOP=1 -d postgres -c 'CREATE DATABASE functions_db'
echo 'host replication all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
