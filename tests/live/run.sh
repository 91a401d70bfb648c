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
"$program" "$@"
