#!/bin/sh
# Installs what the build and the tests need and this machine lacks (Debian 12). When nothing is missing it does
# nothing, needs no rights and no network.
set -eu

packages="
  make git binutils g++ cmake ninja-build ccache pkg-config
  libboost1.81-dev libboost-filesystem1.81-dev libboost-json1.81-dev libboost-system1.81-dev
  libpoco-dev libspdlog-dev libcli11-dev libtomlplusplus-dev libvalijson-dev libyaml-cpp-dev
  libsodium-dev libsqlite3-dev libssl-dev libzstd-dev zlib1g-dev
  libidn2-dev libphonenumber8 libprotobuf-dev libabsl-dev
  libgtest-dev libgmock-dev jq openssl sqlite3 strace tzdata
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

if [ -n "$missing" ]; then
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
fi

# Of libphonenumber only the runtime is installed: its -dev package wants another Boost in the place of ours. Its headers
# get along with any, and are unpacked here (core/identity/CMakeLists.txt looks for them).
headers=$(cd "$(dirname "$0")/.." && pwd)/build/headers
if [ ! -e /usr/include/phonenumbers/phonenumberutil.h ] && [ ! -e "$headers/usr/include/phonenumbers/phonenumberutil.h" ]; then
  echo "setup: unpacking the headers of libphonenumber"
  rm -rf "$headers"
  mkdir -p "$headers"
  version=$(dpkg-query -W -f='${Version}' libphonenumber8)
  (cd "$headers" && apt-get download -qq "libphonenumber-dev=$version" 2>download.log) || {
    cat "$headers/download.log" >&2
    echo "setup: cannot fetch libphonenumber-dev=$version; as root, run: apt-get update" >&2
    exit 3
  }
  dpkg -x "$headers"/libphonenumber-dev_*.deb "$headers"
  rm -rf "$headers"/libphonenumber-dev_*.deb "$headers/download.log" "$headers/usr/lib" "$headers/usr/share"
fi
