#!/bin/sh
# Builds libhandoff-abi_1_0.so as it is kept. Run it at the release that README.md names, and never for a later one: a file
# that is built anew proves nothing about the old one.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
sdk=$here/../../../sdk
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
sed "s|@manifest@|$here/connector.json|" "$sdk/cmake/connector_note.cpp.in" > "$work/note.cpp"
${CXX:-g++} -std=c++20 -Os -DNDEBUG -fPIC -shared -fvisibility=hidden -fvisibility-inlines-hidden -fno-gnu-unique \
  -ffunction-sections -fdata-sections -I "$sdk/include" "$here/plugin.cpp" "$sdk/src/json.cpp" "$work/note.cpp" \
  -static-libgcc -static-libstdc++ -Wl,-z,defs -Wl,--gc-sections -Wl,-s -Wl,--build-id=none \
  -Wl,--version-script="$sdk/cmake/connector.map" -o "$here/libhandoff-abi_1_0.so"
