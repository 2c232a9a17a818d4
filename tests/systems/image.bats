#!/usr/bin/env bats
# docker/Dockerfile's two targets, as setup_suite.bash built them.

setup() {
  load ../support/common
  load systems
  cd "$BATS_TEST_TMPDIR" || exit
}

label() { docker inspect -f "{{index .Config.Labels \"org.opencontainers.image.$2\"}}" "$1"; }

@test "002-12: the filters image is at most 25 MB, has a shell, and no user that is root" {
  size=$(docker image inspect -f '{{.Size}}' sluice-filters)
  echo "$size bytes"
  ((size <= 25000000))
  docker run --rm --read-only sluice-filters sh -ec '
    [ "$(id -u)" = 10001 ] || exit 1
    set -o pipefail
    for tool in zpipe seal seal-keygen s3put s3cat s3ls s3prune s3sync sentinel; do $tool --version; done'
}

@test "the filters work in their image: there and back, encrypted, and https has its certificates" {
  # shellcheck disable=SC2016 # the container's shell
  docker run --rm --tmpfs /tmp sluice-filters sh -ec '
    set -o pipefail
    seal-keygen -o /tmp/key 2>/dev/null
    echo some text | zpipe --trust-eof | seal -i /tmp/key | s3put --trust-eof "file:///tmp/a_{utc}.gz.age"
    s3cat --latest "file:///tmp/a_{utc}.gz.age" | seal -d -i /tmp/key | zpipe -d' >out
  is "$(<out)" "some text"
  docker run --rm sluice-filters ls -l /etc/ssl/certs/ca-certificates.crt
  # Nobody answers there: what matters is that libcurl speaks TLS.
  is "$(status docker run --rm -e AWS_ACCESS_KEY_ID=a -e AWS_SECRET_ACCESS_KEY=b sluice-filters \
    s3ls --retries 0 --endpoint https://127.0.0.1:1 s3://b/)" 75
}

@test "labels, health check, and a user for one-shot commands" {
  for image in sluice-full sluice-filters; do
    for name in title description licenses version; do [ -n "$(label $image $name)" ]; done
    is "$(label $image licenses)" MIT
  done
  is "$(docker inspect -f '{{json .Config.Healthcheck.Test}}' sluice-full)" '["CMD","healthy"]'
  docker run --rm --user sluice --read-only sluice-full whoami | grep -x sluice
  docker run --rm sluice-full bash -c 'for program in cron crontab crond logger; do command -v $program || echo "no $program"; done' >out
  for program in cron crontab crond logger; do grep "/$program$" out; done
}
