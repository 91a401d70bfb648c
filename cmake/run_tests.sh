#!/bin/bash
# run_tests.sh PRESET [ctest options]: runs a built preset's tests. Shows what failed, what was skipped and ctest's own
# summary; the line of every passed test goes to build/PRESET/ctest.log only. Two at once for each processor: the long
# ones wait for clocks and vendors most of their time. Two more are the simulator's, which take what is left. With three for
# each processor hubs were late now and then.
set -u -o pipefail
preset=$1
shift
log=build/$preset/ctest.log
[ "$preset" = tsan ] && export TSAN_OPTIONS="suppressions=$PWD/cmake/tsan.supp ${TSAN_OPTIONS:-}"

# Every commit of a store is synced, some hundred thousand in all: in memory, where there is room and programs may be
# run, a test waits for what it tests. `make test-crash` and its like go by the disk.
if [ -z "${TMPDIR:-}" ] && memory=$(mktemp -d /dev/shm/handoff-tests-XXXXXX 2>/dev/null); then
  trap 'rm -rf "$memory"' EXIT
  chmod 1777 "$memory"  # as /tmp is: some tests are another user's
  room=$(df --output=avail -k "$memory" | tail -1)
  if [ "$room" -gt 4000000 ] && cp /bin/true "$memory/" && "$memory/true" 2>/dev/null; then export TMPDIR=$memory; fi
fi

sync  # else the syncs that tests wait for wait for what the build wrote
ctest --test-dir "build/$preset" --output-on-failure --timeout "${TEST_TIMEOUT:-300}" -j "${TEST_JOBS:-$((2 * ${JOBS:-$(nproc)} + 2))}" \
      --no-tests=error "$@" 2>&1 | tee "$log" | awk '
  /^ +Start +[0-9]+: / || /^Internal ctest changing into directory/ || /^Test project / { next }
  /^ *[0-9]+\/[0-9]+ Test +#[0-9]+: .* Passed +[0-9.]+ sec/ {
    if (++passed % 100 == 0) { print "  " passed " passed"; fflush() }
    next
  }
  { print; fflush() }'
status=$?
exit $status
