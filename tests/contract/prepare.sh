#!/bin/sh
# prepare.sh FOLDER NPM SPECS: an empty place for recordings, and the packages of package-lock.json unless they are there
# already. Exit 77 where this tier cannot run; the file `skipped` then says why, to all who come after.
set -eu
cd "$1"
npm=$2
specs=$3
skip() {
  echo "$1" | tee skipped
  exit 77
}
rm -rf recordings skipped
mkdir recordings
[ -n "$npm" ] || skip "there is no node and npm here"
[ -d "$specs" ] || skip "the vendors' published specifications are not here: $specs"
cmp -s package-lock.json node_modules/.installed.json && exit 0
rm -rf node_modules
"$npm" ci --prefer-offline --no-audit --no-fund --fetch-retries=1 --fetch-timeout=20000 >npm.log 2>&1 ||
  skip "npm could not fetch the packages: $1/npm.log"
cp package-lock.json node_modules/.installed.json
