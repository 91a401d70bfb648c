#!/usr/bin/env bash
# The pictures of docs/images, from the month that `make_exports --seed 1` makes: docs/screenshots.sh
# Needs a build (build/dev) and Chromium (Debian: apt-get install chromium); CHROMIUM=... names another browser.
set -euo pipefail
cd "$(dirname "$0")/.."
bin="$PWD/build/dev/bin" images="$PWD/docs/images" work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
mkdir -p "$images"

"$bin/make_exports" --seed 1 "$work" >/dev/null
cd "$work"
"$bin/handoff" audit --map map.toml --sla 24h --sla erp=48h --as-of 2026-11-30 -o out \
  --pos pos.csv --platform platform-1.csv platform-2.csv --storefront storefront.csv \
  --payments payments.jsonl --erp erp.csv --logs gateway.jsonl >/dev/null || test $? = 1
"$bin/handoff" repair --plan plan.json --from out --approve-above "200.00 USD" >/dev/null
"$bin/handoff" map --from-exports out -o map >/dev/null

shoot() {  # name, width and height, light or dark, address
  local scheme=1
  [ "$3" = dark ] && scheme=0
  "${CHROMIUM:-chromium}" --headless=new --no-sandbox --disable-gpu --hide-scrollbars --force-color-profile=srgb \
    --blink-settings=preferredColorScheme=$scheme --window-size="$2" --screenshot="$images/$1.png" "$4" 2>/dev/null
  test -s "$images/$1.png"
}
# A browser without a window takes what is at the top: for the findings the rest of the page is left away.
sed 's|\.scrollIntoView()||; s|</style>|main>:not(#items):not(#items~*){display:none!important}</style>|' out/report.html > out/findings.html

shoot audit-report-light 1240,1500 light "file://$work/out/report.html"
shoot audit-report-dark 1240,1500 dark "file://$work/out/report.html"
shoot audit-findings 1240,760 light "file://$work/out/findings.html#f=store:S119"
shoot repair-plan 1240,900 light "file://$work/plan.html"
shoot handoff-map 1100,420 light "file://$work/map/map.svg"
ls -l "$images"
