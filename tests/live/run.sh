#!/usr/bin/env bash
# Starts the real systems, runs the tests against them, stops them. Usage: run.sh LIVE_TEST [its options]
# Exit 77, with the reason, where they cannot be had. KEEP=1 leaves them running.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/lib.sh"
program=$1
shift

for tool in curl python3; do command -v "$tool" > /dev/null || skip "there is no $tool"; done
stop_all() {
    [ "${KEEP:-}" = 1 ] && return
    "$here/vendure/stop"
    "$here/tryton/stop"
}
trap stop_all EXIT

for system in tryton vendure; do
    "$here/$system/start" > "$LIVE_DIR/$system.out"
    code=$?
    [ $code -eq 0 ] || exit $code
    set -a
    . "$LIVE_DIR/$system/env"
    set +a
done
# What the contract tier judges by is what this server says of itself.
kept=$here/../contract/vendure-3.7.3.graphql
(cd "$LIVE_DIR/vendure/app" && node schema.mjs "$VENDURE_URL") > "$LIVE_DIR/vendure/schema.graphql" || die "Vendure does not describe itself"
[ "${UPDATE:-}" = 1 ] && cp "$LIVE_DIR/vendure/schema.graphql" "$kept"
diff -u "$kept" "$LIVE_DIR/vendure/schema.graphql" >&2 || die "Vendure describes itself in another way; to take it over: UPDATE=1 make test-live"

"$program" "$@"
