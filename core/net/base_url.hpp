#pragma once
// The part of a URL that a connection is made of.

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace handoff::net {

struct BaseUrl {
  bool tls = false;
  std::string host;         // lower case, without brackets: "api.example.com", "127.0.0.1", "::1"
  std::string port;         // decimal, always there
  std::string host_header;  // as it goes on the wire, port only if not the scheme's own
  std::string path;         // without a slash at the end; may be empty
};

/// Reads "http(s)://host[:port][/path]". No user part, query or fragment. The error says what is wrong.
std::expected<BaseUrl, std::string> parse_base_url(std::string_view url);

}  // namespace handoff::net
