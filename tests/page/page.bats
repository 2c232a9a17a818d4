#!/usr/bin/env bats
# sentinel page in headless Chromium: 3 databases over 2 years. Screenshots are left in $SCREENSHOTS
# (by default in a temporary directory), to be looked at.

setup_file() {
  load ../support/common
  cd "$BATS_FILE_TMPDIR" || exit
  export SCREENSHOTS=${SCREENSHOTS:-$BATS_FILE_TMPDIR}
  python3 "$ROOT/tests/support/page-facts.py" .
  sentinel page --title "Backups of <example.com>" --max-age 26h --expect-every 1d --gaps-since 90d \
    --history history -o page.html <facts
}

setup() {
  load ../support/common
  cd "$BATS_FILE_TMPDIR" || exit
}

browser() {
  timeout 120 chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
    --disable-background-networking --disable-component-update --disable-sync --hide-scrollbars \
    --allow-file-access-from-files --enable-logging=stderr --user-data-dir="$(mktemp -d -p "$BATS_TEST_TMPDIR")" "$@" 2>log
}

# frame WIDTH [PAGE]: a page that shows ours in a frame of that width, and says how wide it wants to be
frame() {
  cat >"frame-$1.html" <<END
<!DOCTYPE html><body style="margin:0"><iframe src=${2-page.html} width=$1 height=2000 style="border:0"
onload="document.title='wants '+contentDocument.documentElement.scrollWidth"></iframe>
END
}

@test "it is one file below 300 KB that asks nobody for anything" {
  (( $(stat -c %s page.html) < 300000 ))
  run ! grep -nE '(src|href)=|url\(|@import|<script|<link' page.html
  grep -q '<title>Backups of &lt;example.com&gt;</title>' page.html
}

@test "it fits 360 and 1440 pixels, light and dark, without a console message" {
  for width in 360 1440; do
    frame $width
    has "$(browser --dump-dom "file://$PWD/frame-$width.html")" "<title>wants $width</title>"
    run ! grep CONSOLE log
    for scheme in light dark; do
      browser --blink-settings="preferredColorScheme=$([ $scheme = dark ] && echo 0 || echo 1)" \
        --window-size="$((width < 500 ? 500 : width)),2000" \
        --screenshot="$SCREENSHOTS/page-$width-$scheme.png" "file://$PWD/frame-$width.html"
      [ -s "$SCREENSHOTS/page-$width-$scheme.png" ]
      run ! grep CONSOLE log
    done
  done
}

@test "a long name does not make it wider" {
  printf '{"url":"s3://b/x","size":1,"modified":"2026-01-05T00:00:00Z","group":"%0200d"}\n' 0 >long
  sentinel page -o long.html <long
  frame 360 long.html
  has "$(browser --dump-dom "file://$PWD/frame-360.html")" "<title>wants 360</title>"
}
