#!/usr/bin/env bats
# examples/kubernetes without a cluster: the pod specs are run as containers, with the same images,
# commands, environment and mounts (tests/support/pod.py). What only a cluster does is not shown.

setup_file() {
  load ../support/common
  load systems
  manifests=$ROOT/examples/kubernetes
  export SECRET_postgres_credentials_username=postgres SECRET_postgres_credentials_password=k8ssecret
  export VOLUME_data=brewget-data VOLUME_backup=$BATS_FILE_TMPDIR/backups
  export VOLUME_backup_scripts=$manifests/base/scripts VOLUME_init=$BATS_FILE_TMPDIR/init
  chmod 755 "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR"
  mkdir -p "$VOLUME_backup" "$VOLUME_init"
  cp "$manifests/base/scripts/init-databases.sh" "$VOLUME_init/"
  docker network create brewget
}

teardown_file() {
  docker rm -f -v brewget-s3
  docker rm -f brewget-postgres
  docker volume rm -f brewget-data
  docker network rm brewget
}

setup() {
  load ../support/common
  load systems
  cd "$BATS_TEST_TMPDIR" || exit
  manifests=$ROOT/examples/kubernetes
  backups=$VOLUME_backup
  ENV_BACKUP_OWNER=$(docker run --rm --entrypoint id postgres:15 -u postgres)
  export ENV_BACKUP_OWNER
}

start() { # the StatefulSet's pod, on a cluster that may be new
  local words
  mapfile -t words < <("$ROOT/tests/support/pod.py" "$manifests/base/04-postgres.yaml" StatefulSet postgres)
  docker run -d --name brewget-postgres --network brewget --network-alias db.brewget.svc.cluster.local "${words[@]}" >/dev/null
  await docker exec brewget-postgres pg_isready -h 127.0.0.1
}
destroy() { docker rm -f -v brewget-postgres; docker volume rm -f brewget-data; } >/dev/null
# The CronJob's pod, with what a cluster puts into its environment for a service called postgres.
job() {
  local words
  mapfile -t words < <("$ROOT/tests/support/pod.py" "$manifests/base/04-postgres-backup.yaml" CronJob postgres-backup)
  docker run --rm --network brewget -e POSTGRES_PORT=tcp://10.0.0.1:5432 -e POSTGRES_SERVICE_HOST=10.0.0.1 "${words[@]}"
}
dc() { docker logs brewget-postgres; } # what await shows when it gives up
sql() { docker exec brewget-postgres psql -XAtq -U postgres -v ON_ERROR_STOP=1 "$@"; }
restore() { docker exec brewget-postgres /backup-scripts/restore.sh "$@"; }
fill() {
  sql brewget_auth -c "CREATE TABLE users AS SELECT i, md5(i::text) FROM generate_series(1, 3000) i"
  sql brewget_settings -c "CREATE TABLE settings AS SELECT i FROM generate_series(1, 50) i"
}
sum() { sql brewget_auth -c 'SELECT count(*), sum(hashtext(u::text)) FROM users u'; sql brewget_settings -c 'SELECT sum(i) FROM settings'; }

@test "003-05 003-18 003-20 003-22: a first start without any backup makes the databases" {
  start
  is "$(sql postgres -c "SELECT datname FROM pg_database WHERE datname LIKE 'brewget%' ORDER BY 1" | xargs)" "brewget_auth brewget_settings"
  docker logs brewget-postgres 2>&1 | grep 'init: no backup to restore: a clean start'
  fill
}

@test "003-09 003-10 003-11 003-25 003-26 003-32: the job dumps every database, then moves the link" {
  job >out 2>&1
  grep 'backup: done' out
  latest=$(readlink "$backups/latest")
  [[ $latest =~ ^backup_[0-9]{8}_[0-9]{6}$ ]] || fail "$latest"
  is "$(find "$backups/latest/" -type f -printf '%f\n' | sort | xargs)" "brewget_auth.sql brewget_settings.sql postgres.sql"
  for file in "$backups"/latest/*.sql; do
    head -5 "$file" | grep 'PostgreSQL database dump'
    tail -5 "$file" | grep 'dump complete'
  done
}

@test "003-11 003-27: a job that fails in the second dump leaves the link, and nothing that counts" {
  before=$(ls "$backups") latest=$(readlink "$backups/latest")
  sleep 1.1
  sql postgres -c 'ALTER DATABASE brewget_auth RENAME TO elsewhere'
  [ "$(status job)" != 0 ]
  grep 'backup: failed: latest is as before' out
  sql postgres -c 'ALTER DATABASE elsewhere RENAME TO brewget_auth'
  is "$(readlink "$backups/latest")" "$latest"
  is "$(ls "$backups" -I '*.partial')" "$before"
  sleep 1.1
  [ "$(ENV_PGHOST=nowhere status job)" != 0 ]
  has "$(<out)" "server nowhere:5432"
}

@test "003-12: the link resolves at every moment of a switch" {
  sleep 1.1 # names tell seconds, and the job that failed had one
  (for _ in $(seq 3000); do [ -d "$backups/latest/" ] || echo missing; done >seen) &
  for _ in 1 2 3; do job >out 2>&1; done
  wait
  is "$(<seen)" ""
}

@test "003-13 003-14: the last KEEP stay" {
  for i in $(seq 10 22); do
    mkdir "$backups/backup_202001${i}_000000"
    for name in postgres brewget_auth brewget_settings; do echo x >"$backups/backup_202001${i}_000000/$name.sql"; done
  done
  job >out 2>&1
  is "$(find "$backups" -maxdepth 1 -name 'backup_????????_??????' | wc -l)" 10
  [ -d "$backups/latest/" ]
  ENV_KEEP=4 job >out 2>&1 || fail "$(<out)"
  is "$(find "$backups" -maxdepth 1 -name 'backup_????????_??????' | wc -l)" 4
  ENV_KEEP=10 job >out 2>&1 || fail "$(<out)"
  is "$(find "$backups" -maxdepth 1 -name 'backup_????????_??????' | wc -l)" 5
  is "$(ENV_KEEP=none status job)" 78
}

@test "003-01 003-02 003-15 003-19 003-31: all of the cluster destroyed, started again: the data is back" {
  want=$(sum)
  destroy
  start
  is "$(sum)" "$want"
  docker logs brewget-postgres 2>&1 | grep 'restore: brewget_auth: restored'
  docker logs brewget-postgres 2>&1 | grep 'init: restore finished'
}

@test "003-16 003-17: databases that have tables stay as they are, ten times; a restart changes nothing" {
  sql brewget_auth -c 'DELETE FROM users WHERE i > 10'
  want=$(sum)
  for _ in $(seq 10); do is "$(status restore)" 1; done
  grep 'brewget_auth has 1 tables and sequences: left alone' out
  is "$(status restore --init)" 0
  docker restart brewget-postgres >/dev/null
  await docker exec brewget-postgres pg_isready -h 127.0.0.1
  is "$(sum)" "$want"
}

@test "003-16: a database that was dropped comes back from a named backup, the other stays" {
  name=$(readlink "$backups/latest")
  sql postgres -c 'DROP DATABASE brewget_auth'
  [ "$(status restore "$name")" = 1 ]
  is "$(sql brewget_auth -c 'SELECT count(*) FROM users')" 3000
  is "$(status restore backup_19990101_000000)" 66
}

@test "003-21: a damaged backup: the server starts, the databases are empty, the log says why" {
  cp -a "$backups/$(readlink "$backups/latest")" "$backups/backup_20990101_000000"
  file=$backups/backup_20990101_000000/brewget_settings.sql
  truncate -s $(($(stat -c %s "$file") - 100)) "$file"
  old=$(readlink "$backups/latest")
  ln -sfn backup_20990101_000000 "$backups/latest"
  destroy
  start
  docker logs brewget-postgres 2>&1 | grep 'brewget_settings.sql is not whole'
  is "$(sql brewget_auth -c "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")" 0
  ln -sfn "$old" "$backups/latest"
  is "$(status restore)" 0 "$(<out)"
  is "$(sql brewget_auth -c 'SELECT count(*) FROM users')" 3000
}

@test "003-46: the password is in no log and no file" {
  job >out 2>&1
  docker logs brewget-postgres >>out 2>&1
  run ! grep -r k8ssecret out "$backups"
}

@test "003-06 003-07 003-08 003-23 003-24 003-33: the manifests' values" {
  python3 - "$manifests" <<'END'
import glob, sys, yaml
things = {(d["kind"], d["metadata"]["name"]): d["spec"] for path in glob.glob(sys.argv[1] + "/base/0*.yaml")
          for d in yaml.safe_load_all(open(path)) if "spec" in d}
job = things["CronJob", "postgres-backup"]
assert job["schedule"] == "0 */6 * * *" and job["concurrencyPolicy"] == "Forbid"
assert job["successfulJobsHistoryLimit"] == job["failedJobsHistoryLimit"] == 3
volume = things["PersistentVolume", "postgres-backup-pv"]
assert volume["hostPath"]["path"] == "/mnt/data/brewget-postgres-backups"
assert volume["storageClassName"] == "manual" and volume["persistentVolumeReclaimPolicy"] == "Retain"
size = lambda name: things["PersistentVolumeClaim", name]["resources"]["requests"]["storage"]
assert size("postgres-data") == "1Gi" and size("postgres-backup-pvc") == "2Gi"
pods = [things["StatefulSet", "postgres"]["template"]["spec"], job["jobTemplate"]["spec"]["template"]["spec"]]
for pod in pods:
    assert pod["automountServiceAccountToken"] is False
    for volume in pod["volumes"]:
        assert volume.get("configMap", {}).get("defaultMode", 0o755) == 0o755
assert not [kind for kind, _ in things if "Role" in kind]
END
  run ! grep -rniE 'password: *[a-z0-9]' "$manifests"/base
}

# The manifests as an operator has them, with files of secrets.
filled() { # DIRECTORY
  cp -r "$manifests" "$1"
  printf 'username=a\npassword=b\n' >"$1/base/postgres.env"
  printf 'access-key=a\nsecret-key=b\n' >"$1/overlays/s3/s3.env"
  printf 'username=a\npassword=b\naccess-key=a\nsecret-key=b\n' >"$1/overlays/fleet/fleet.env"
  echo k | tee "$1/overlays/s3/key" "$1/overlays/s3/recipients" >"$1/overlays/fleet/recipients"
}

@test "003-03 003-28 003-30: kustomize builds all, with a schedule of yours, and the schema knows every field" {
  command -v kubectl >/dev/null || skip "no kubectl"
  filled k
  kubectl kustomize k >built1.yaml
  kubectl kustomize k/overlays/s3 >built2.yaml
  kubectl kustomize k/overlays/fleet >built3.yaml
  mkdir yours
  # shellcheck disable=SC2016
  sed -n '/^```yaml/,/^```/p' "$manifests/README.md" | grep -v '^```' | sed "s|examples/kubernetes|../k|" >yours/kustomization.yaml
  kubectl kustomize yours | grep 'schedule: 30 2 \* \* \*'
  # The script in the ConfigMap is the script in the tree.
  python3 - "$manifests" <<'END'
import sys, yaml
maps = [d for d in yaml.safe_load_all(open("built1.yaml")) if d["kind"] == "ConfigMap"]
data = {name: text for d in maps for name, text in d["data"].items()}
for name in ("backup.sh", "restore.sh", "init-databases.sh"):
    assert data[name] == open(f"{sys.argv[1]}/base/scripts/{name}").read(), name
END
  command -v npm >/dev/null || skip "no npm: the schema was not looked at"
  models=$ROOT/build/kubernetes-schema
  [ -d "$models/node_modules/kubernetes-models" ] ||
    { mkdir -p "$models" && (cd "$models" && npm install --silent --no-audit --no-fund kubernetes-models js-yaml); }
  node "$ROOT/tests/support/kubernetes-schema.mjs" "$models" built*.yaml
  sed 's/completions: 3/completions: many/' built3.yaml >wrong.yaml
  run ! node "$ROOT/tests/support/kubernetes-schema.mjs" "$models" wrong.yaml
}

s3_server() {
  ! docker inspect brewget-s3 >/dev/null 2>&1 || return 0
  docker run -d --name brewget-s3 --network brewget --network-alias s3.brewget.svc.cluster.local \
    -e RGW_NAME=s3.brewget.svc.cluster.local -e RGW_ACCESS_KEY=key -e RGW_SECRET_KEY=secretkey sluice-ceph
  docker run --rm --network brewget -e S3_ACCESS_KEY=key -e S3_SECRET_KEY=secretkey -e S3_BUCKET=backups \
    -e S3_ENDPOINT=http://s3.brewget.svc.cluster.local:9000 sluice:15 create-bucket
}
store() { docker run --rm --network brewget -e AWS_ACCESS_KEY_ID=key -e AWS_SECRET_ACCESS_KEY=secretkey -e AWS_REGION=us-east-1 \
  -e AWS_ENDPOINT_URL_S3=http://s3.brewget.svc.cluster.local:9000 -v "$BATS_FILE_TMPDIR/keys:/keys:ro" sluice:15 bash -c "$1"; }

# pod FILE NAME: the container of a CronJob of an overlay
pod() {
  local words
  mapfile -t words < <("$ROOT/tests/support/pod.py" "$manifests/overlays/$1" CronJob "$2")
  docker run --rm --network brewget "${words[@]}"
}

overlay() {
  s3_server
  keys=$BATS_FILE_TMPDIR/keys
  if [ ! -d "$keys" ]; then
    mkdir "$keys"
    seal-keygen -o "$keys/key" 2>/dev/null
    seal-keygen -y "$keys/key" >"$keys/recipients"
    chmod -R a+rX "$keys"
  fi
  export SECRET_s3_credentials_access_key=key SECRET_s3_credentials_secret_key=secretkey
  export VOLUME_s3_scripts=$manifests/overlays/s3 VOLUME_recipients=$keys VOLUME_key=$keys
}

@test "003-37 003-38 003-39 003-42 003-43: the S3 overlay: sealed dumps of every database, metrics and a page, and back" {
  overlay
  is "$(status pod s3/backup-s3.yaml postgres-backup-s3)" 0 "$(<out)"
  store 's3ls s3://backups/brewget/' >list
  for database in postgres brewget_auth brewget_settings; do
    grep -E "/brewget/${database}_[0-9TZ:-]+\.sql\.gz\.age$" list
  done
  store 's3cat --latest "s3://backups/brewget/brewget_auth_{utc}.sql.gz.age" | seal -d -i /keys/key | gunzip | head -5; :' >text 2>&1 || true
  grep 'PostgreSQL database dump' text
  store 's3cat s3://backups/brewget/status/backups.prom' | grep 'brewget_auth'
  store 's3cat s3://backups/brewget/status/index.html' | grep '<title>'
  want=$(sum)
  sql brewget_auth -c 'DELETE FROM users'
  is "$(status pod s3/backup-s3.yaml postgres-restore-s3)" 0 "$(<out)"
  is "$(sum)" "$want"
}

@test "003-41: a database that fails does not stop the others, fails the job, and is told" {
  overlay
  before=$(store 's3ls s3://backups/brewget/' | grep -c _settings_)
  sleep 1.1
  # Nobody answers at the webhook: that is a warning, and delays nothing for long.
  export SECRET_s3_credentials_webhook=http://s3.brewget.svc.cluster.local:1/
  [ "$(ENV_DATABASES='nowhere brewget_settings' status pod s3/backup-s3.yaml postgres-backup-s3)" != 0 ]
  grep 'backup: failed' out
  grep 'sentinel: warning' out
  is "$(store 's3ls s3://backups/brewget/' | grep -c _settings_)" $((before + 1))
}

@test "the fleet overlay: an index for each line of the list, side by side" {
  overlay
  export SECRET_fleet_credentials_username=postgres SECRET_fleet_credentials_password=k8ssecret
  export SECRET_fleet_credentials_access_key=key SECRET_fleet_credentials_secret_key=secretkey
  cp -r "$manifests/overlays/fleet" fleet
  cp "$keys/recipients" fleet/
  chmod -R a+rX .
  export VOLUME_fleet=$PWD/fleet
  for index in 0 1 2; do JOB_COMPLETION_INDEX=$index pod fleet/fleet.yaml fleet-backup >"out$index" 2>&1 & pids+=($!); done
  for pid in "${pids[@]}"; do wait "$pid" || fail "$(cat out?)"; done
  store 's3ls s3://backups/fleet/' >list
  is "$(sed 's/.*cluster.local.//; s/_20.*//' list | sort | xargs)" "brewget_auth brewget_settings postgres"
  echo 'db.brewget.svc.cluster.local 5432 another' >>fleet/databases
  is "$(JOB_COMPLETION_INDEX=0 status pod fleet/fleet.yaml fleet-backup)" 78
  has "$(<out)" "4 databases, the Job only 3"
  is "$(wc -l <"$manifests/overlays/fleet/databases")" \
    "$(sed -n 's/.*completions: \([0-9]*\).*/\1/p' "$manifests/overlays/fleet/fleet.yaml")"
}
