#!/bin/bash
# coverage.sh: how many lines of each parser the seeds, the regressions and the kept corpora reach, by llvm-cov.
set -eu -o pipefail
here=tests/fuzz
build=build/fuzz-coverage
rm -rf "$build/profiles" && mkdir -p "$build/profiles"
objects=()
for target in $(ls "$here/seeds"); do
  program=$build/bin/fuzz_$target
  inputs=("$here/seeds/$target")
  for folder in "$here/regressions/$target" "build/fuzz/corpus/$target"; do
    [ ! -d "$folder" ] || inputs+=("$folder")
  done
  LLVM_PROFILE_FILE=$build/profiles/$target.profraw "$program" "${inputs[@]}" >/dev/null
  objects+=(-object "$program")
done
llvm-profdata-19 merge -sparse "$build"/profiles/*.profraw -o "$build/all.profdata"
parsers=(core/net/{base_url,client_exchange,head_scan,http_text,message_parser,request_reader}.cpp
         core/config/*.cpp core/model/{identity,manifest}.cpp core/identity/identifiers.cpp core/crypto/hash.cpp
         core/plugin_host/{instance,note}.cpp core/serve/{register_parse,views_mask}.cpp
         sdk/include/handoff/sdk/{json.ipp,codec.hpp,money.hpp,context.hpp,connector.hpp,text.hpp}
         plugins/*/{plugin,mapping,errors}.cpp)
# The first program stands without -object. llvm-cov warns of functions that differ between the programs, one_input()
# and its like; what it cannot do at all it says on the other stream too, and then nothing follows.
llvm-cov-19 report "${objects[@]:1}" -instr-profile "$build/all.profdata" "${parsers[@]/#/$PWD/}" 2>"$build/llvm-cov.log" |
  awk '/\.(cpp|hpp|ipp) / { printf "%-48s %6s lines  %7s\n", $1, $8, $10 } /^TOTAL/ { printf "%-48s %6s lines  %7s\n", $1, $8, $10 }'
