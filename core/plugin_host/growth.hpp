#pragma once
// Reading structs of a contract that grows (abi.h, "Growth"): those of a connector may be shorter than this handoff's, or
// longer. Private to this folder.

#include <handoff/abi.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <optional>

namespace handoff::plugin_host {

/// So many fields of 4 bytes, and of this machine's width.
constexpr std::size_t size_of(std::size_t words, std::size_t pointers) { return words * 4 + pointers * sizeof(void*); }

/// How long a struct was in ABI 1.0. This never changes, whatever is added behind.
template <class T>
inline constexpr std::size_t kSizeIn1_0 = 0;
template <>
inline constexpr std::size_t kSizeIn1_0<handoff_call> = size_of(4, 3);
template <>
inline constexpr std::size_t kSizeIn1_0<handoff_http_request> = size_of(2, 8);
template <>
inline constexpr std::size_t kSizeIn1_0<handoff_file_request> = size_of(6, 6);
template <>
inline constexpr std::size_t kSizeIn1_0<handoff_sleep_request> = size_of(4, 0);
template <>
inline constexpr std::size_t kSizeIn1_0<handoff_mac_check> = size_of(4, 6);
template <>
inline constexpr std::size_t kSizeIn1_0<handoff_mac_request> = size_of(4, 4);
template <>
inline constexpr std::size_t kSizeIn1_0<handoff_verdict> = size_of(4, 8);
template <>
inline constexpr std::size_t kSizeIn1_0<handoff_operation> = size_of(2, 3);
template <>
inline constexpr std::size_t kSizeIn1_0<handoff_plugin> = size_of(6, 3);

/// What a connector passed, with zero where its own contract has no such field yet. Nothing: it is missing or cut short.
template <class T>
std::optional<T> taken(const void* passed) {
  static_assert(kSizeIn1_0<T> > 0);
  const T* raw = static_cast<const T*>(passed);
  if (raw == nullptr || raw->struct_size < kSizeIn1_0<T>) return std::nullopt;
  T out = {};
  std::memcpy(&out, raw, std::min<std::size_t>(raw->struct_size, sizeof out));
  return out;
}

}  // namespace handoff::plugin_host
