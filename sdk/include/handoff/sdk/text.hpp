#pragma once
// Small text helpers that every vendor needs: percent-encoding, form bodies, queries, quoting.

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace handoff {

/// RFC 3986: everything but unreserved characters as %XX. For one path segment or one query value.
inline std::string percent(std::string_view text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (char c : text) {
    bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
                 c == '_' || c == '~';
    if (plain) {
      out += c;
    } else {
      auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    }
  }
  return out;
}

/// "a=1&b%5Bc%5D=2": application/x-www-form-urlencoded, also good as a query. Pairs keep their order.
class Form {
 public:
  Form() = default;
  Form& add(std::string_view name, std::string_view value) {
    if (!text_.empty()) text_ += '&';
    text_ += percent(name);
    text_ += '=';
    text_ += percent(value);
    return *this;
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

/// Every `quote` in the text doubled: OData string literals ('O''Hara').
inline std::string doubled(std::string_view text, char quote) {
  std::string out;
  for (char c : text) {
    out += c;
    if (c == quote) out += c;
  }
  return out;
}

/// Equal without regard to ASCII case; header names and e-mail domains.
inline bool equal_ignoring_case(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; };
    if (lower(a[i]) != lower(b[i])) return false;
  }
  return true;
}

}  // namespace handoff
