#pragma once
// Whether a sanitizer is compiled in: it is slower, maps terabytes and makes system calls of its own.

namespace handoff::plugin_host {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kSanitized = true;
#elif defined(__has_feature)
inline constexpr bool kSanitized = __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#else
inline constexpr bool kSanitized = false;
#endif

}  // namespace handoff::plugin_host
