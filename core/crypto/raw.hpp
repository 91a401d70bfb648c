#pragma once
// How libsodium and OpenSSL want their bytes.

#include <string>
#include <string_view>

namespace handoff::crypto {

inline const unsigned char* raw(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
inline unsigned char* raw(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

}  // namespace handoff::crypto
