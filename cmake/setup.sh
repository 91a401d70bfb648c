#!/bin/sh
# Installs what the build and the tests need and this machine lacks (Debian 12). When nothing is missing it does
# nothing, needs no rights and no network.
set -eu

packages="
  make git binutils g++ cmake ninja-build ccache pkg-config
  libboost1.81-dev libboost-filesystem1.81-dev libboost-json1.81-dev libboost-system1.81-dev
  libpoco-dev libspdlog-dev libcli11-dev libtomlplusplus-dev libvalijson-dev
  libsodium-dev libsqlite3-dev libssl-dev libzstd-dev zlib1g-dev
  libgtest-dev libgmock-dev sqlite3 strace
  clang-19 libc++-19-dev libc++abi-19-dev lld-19 libclang-rt-19-dev clang-format-19 llvm-19
"

# tests/contract runs on node, and only where the vendors' published specifications are.
if ! command -v node >/dev/null && [ -d "$(dirname "$0")/../../shared/contracts/specs" ]; then
  packages="$packages nodejs npm"
fi

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
  echo "setup: this script knows Debian only; install what stands for these packages, then run cmake --preset dev:" >&2
  echo $packages >&2
  exit 3
fi

missing=
for package in $packages; do
  status=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$status" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

echo "setup: installing$missing"
if [ "$(id -u)" = 0 ]; then
  as_root=
elif command -v sudo >/dev/null; then
  as_root=sudo
else
  echo "setup: neither root nor sudo; as root, run: apt-get install$missing" >&2
  exit 3
fi
$as_root apt-get update -qq
DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends $missing
echo "setup: done"
