#pragma once
// Small ASCII rules of HTTP that both sides need. Pure; no locale.

#include <string>
#include <string_view>

namespace handoff::net {

constexpr char ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Lower case of ASCII letters; other bytes as they are.
std::string to_lower(std::string_view text);

/// True if both are equal but for the case of ASCII letters.
bool iequals(std::string_view a, std::string_view b);

/// True if `text` is a non-empty token (RFC 9110 5.6.2): what a method or a header name may be.
bool is_token(std::string_view text);

/// True if `text` may stand as a header value: no control byte but tab, no space at the ends.
bool is_field_value(std::string_view text);

/// True if `text` is a request target in origin form: a slash, then printable ASCII without spaces and fragment.
bool is_origin_form(std::string_view text);

/// `application/x-www-form-urlencoded` of one name or value.
std::string form_encode(std::string_view text);

/// Standard base64 with padding.
std::string base64(std::string_view bytes);

}  // namespace handoff::net
