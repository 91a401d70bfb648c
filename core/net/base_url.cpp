#include "core/net/base_url.hpp"

#include <algorithm>
#include <charconv>

#include "core/net/http_text.hpp"

namespace handoff::net {
namespace {

bool is_host(std::string_view text, bool bracketed) {
  return !text.empty() && text.size() <= 253 && std::ranges::all_of(text, [bracketed](char c) {
    const char lower = ascii_lower(c);
    const bool alnum = (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9');
    return bracketed ? alnum || c == ':' || c == '.' : alnum || c == '-' || c == '.' || c == '_';
  });
}

bool is_port(std::string_view text) {
  unsigned value = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
  return ec == std::errc{} && end == text.data() + text.size() && value >= 1 && value <= 65535;
}

}  // namespace

std::expected<BaseUrl, std::string> parse_base_url(std::string_view url) {
  BaseUrl out;
  if (url.starts_with("https://")) {
    out.tls = true;
  } else if (!url.starts_with("http://")) {
    return std::unexpected("url: write http:// or https:// in front");
  }
  auto rest = url.substr(out.tls ? 8 : 7);
  const auto slash = std::min(rest.find('/'), rest.size());
  auto authority = rest.substr(0, slash);
  out.path = rest.substr(slash);
  while (out.path.ends_with('/')) out.path.pop_back();
  if (!out.path.empty() && !is_origin_form(out.path)) return std::unexpected("url: the path is not readable");
  if (out.path.find('?') != std::string::npos) return std::unexpected("url: a base URL has no query");

  const bool bracketed = authority.starts_with('[');
  const auto close = bracketed ? authority.find(']') : 0;
  if (close == authority.npos) return std::unexpected("url: the bracket is not closed");
  const auto colon = authority.find(':', close);
  const auto host = bracketed ? authority.substr(1, close - 1) : authority.substr(0, colon);
  if (!is_host(host, bracketed)) return std::unexpected("url: the host is not readable");
  if (bracketed && colon != close + 1 && authority.size() != close + 1)
    return std::unexpected("url: the host is not readable");
  out.host = to_lower(host);
  const std::string_view own_port = out.tls ? "443" : "80";
  out.port = colon == authority.npos ? own_port : authority.substr(colon + 1);
  if (!is_port(out.port)) return std::unexpected("url: the port is not a number from 1 to 65535");
  out.host_header = bracketed ? "[" + out.host + "]" : out.host;
  if (out.port != own_port) out.host_header += ":" + out.port;
  return out;
}

}  // namespace handoff::net
