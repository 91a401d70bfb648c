#!/bin/sh
# judge.sh FOLDER NODE PROGRAM SPECS PLUGINS: runs validate.mjs or proof.mjs over what was recorded. Exit 77, with the
# reason, where prepare.sh found that the tier cannot run.
set -eu
cd "$1"
if [ -f skipped ]; then
  cat skipped
  exit 77
fi
exec "$2" "$3" "$4" recordings "$5"
