#!/bin/bash
# format.sh [--check]: clang-format 19 over our C and C++; with --check it changes nothing and fails if it would. Tables that
# read better by hand stand between `clang-format off` and `on`. abi.h is laid out by hand: the header is the specification.
set -u -o pipefail
cd "$(dirname "$0")/.." || exit 1
how=(-i)
[ "${1:-}" = --check ] && how=(-n --Werror)
find core examples plugins sdk tests -name node_modules -prune -o -type f \
  \( -name '*.h' -o -name '*.hpp' -o -name '*.ipp' -o -name '*.cpp' -o -name '*.c' \) ! -path sdk/include/handoff/abi.h -print0 |
  xargs -0 clang-format-19 "${how[@]}"
