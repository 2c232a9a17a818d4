# The examples are run for real, by a private Docker engine (tests/support/docker.sh). The images
# are built here; sluice's own from SLUICE_BIN, for one of the tests compiles the Dockerfile's way.

setup_suite() {
  ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
  local build=${SLUICE_BIN:-$ROOT/build}
  export SLUICE_DOCKER=$ROOT/build/docker
  "$ROOT/tests/support/docker.sh" start "$SLUICE_DOCKER"
  # shellcheck source=/dev/null
  . "$SLUICE_DOCKER/env"
  rm -rf "$ROOT/build/image"
  cmake --install "$build" --strip --prefix "$ROOT/build/image" >/dev/null
  "$ROOT/docker/runtime-packages.sh" "$ROOT"/build/image/bin/* >"$ROOT/build/image/packages"
  local target
  for target in full filters; do
    image --target $target --build-context "build=$ROOT/build/image" -f "$ROOT/docker/Dockerfile" \
      -t sluice-$target "$ROOT"
  done
  docker tag sluice-full sluice:15
  image -t sluice-ceph -f "$ROOT/docker/ceph/Dockerfile" "$ROOT/tests/support"
  image -t postgres:15 "$ROOT/tests/support/postgres-image"
}

image() {
  docker build -q "$@" >"$SLUICE_DOCKER/build.log" 2>&1 || { tail -20 "$SLUICE_DOCKER/build.log" >&2; return 1; }
}

teardown_suite() {
  [ -n "${SLUICE_KEEP_DOCKER:-}" ] || "$ROOT/tests/support/docker.sh" stop "$SLUICE_DOCKER"
}
