#!/bin/bash
# run.sh MINUTES [TARGET...]: runs the fuzzers of build/fuzz so long each, one after the other, and keeps what they
# learned in build/fuzz/corpus/TARGET. Ends with a table; exit 1 if anything was found, with the command that repeats it.
set -u -o pipefail
minutes=$1
shift
here=tests/fuzz
build=build/fuzz
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=($(ls "$here/seeds"))

found=0
table=$build/fuzz_table.txt
printf '%-18s %12s %10s %8s %9s\n' target executions per-second corpus findings >"$table"
for target in "${targets[@]}"; do
  program=$build/bin/fuzz_$target
  [ -x "$program" ] || { echo "fuzz: there is no target '$target'; one of: $(ls "$here/seeds" | tr '\n' ' ')" >&2; exit 2; }
  corpus=$build/corpus/$target
  findings=$build/findings/$target
  log=$build/fuzz_$target.log
  mkdir -p "$corpus" "$findings"
  extra=()
  [ -d "$here/regressions/$target" ] && extra+=("$here/regressions/$target")
  echo "fuzz: $target for $minutes min"
  "$program" -max_total_time=$((minutes * 60)) -timeout=10 -rss_limit_mb=2048 -max_len=16384 -dict="$here/words.dict" \
             -artifact_prefix="$findings/" -print_final_stats=1 "$corpus" "$here/seeds/$target" "${extra[@]}" >"$log" 2>&1
  status=$?
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  rate=$(sed -n 's/^stat::average_exec_per_sec: *//p' "$log")

  # Only inputs that reach something new stay: the next run begins with them.
  rm -rf "$corpus.merged" && mkdir "$corpus.merged"
  if "$program" -merge=1 -timeout=10 -rss_limit_mb=2048 "$corpus.merged" "$here/seeds/$target" "$corpus" \
                >>"$log" 2>&1; then
    rm -rf "$corpus" && mv "$corpus.merged" "$corpus"
  else
    rm -rf "$corpus.merged"
  fi

  count=0
  if [ $status -ne 0 ]; then
    grep -aE 'BROKEN|runtime error|ERROR: ' "$log" | head -5
    for file in "$findings"/*; do
      [ "$file" -nt "$program" ] || continue
      count=$((count + 1))
      echo "fuzz: repeat it with: $program $file"
    done
    [ $count -gt 0 ] || { count=1; tail -5 "$log"; }
    found=1
  fi
  printf '%-18s %12s %10s %8s %9s\n' "$target" "${runs:-0}" "${rate:-0}" "$(ls "$corpus" | wc -l)" "$count" >>"$table"
done
cat "$table"
exit $found
