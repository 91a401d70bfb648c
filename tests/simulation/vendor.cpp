#include "tests/simulation/vendor.hpp"

#include <handoff/sdk/text.hpp>

#include "core/model/identity.hpp"

namespace handoff::simulation {

namespace {

int hex(char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : c - 'a' + 10; }

std::string decoded(std::string_view text, bool form) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      out += static_cast<char>(hex(text[i + 1]) * 16 + hex(text[i + 2]));
      i += 2;
    } else {
      out += form && text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

std::string lowered(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return text;
}

}  // namespace

json::Value VendorRequest::json() const {
  json::Parsed parsed = json::parse(body);
  return parsed ? *parsed : json::Value();
}

std::map<std::string, std::string> VendorRequest::form() const { return parse_form(body); }

std::map<std::string, std::string> parse_form(std::string_view text) {
  std::map<std::string, std::string> out;
  while (!text.empty()) {
    std::string_view pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(text.size(), pair.size() + 1));
    std::size_t equals = pair.find('=');
    std::string value = equals == std::string_view::npos ? std::string() : decoded(pair.substr(equals + 1), true);
    out[decoded(pair.substr(0, equals), true)] = value;
  }
  return out;
}

std::optional<VendorRequest> parse_request(const std::string& wire) {
  std::size_t head_end = wire.find("\r\n\r\n");
  if (head_end == std::string::npos) return std::nullopt;
  VendorRequest out;
  std::size_t line_end = wire.find("\r\n");
  std::string line = wire.substr(0, line_end);
  std::size_t first = line.find(' '), last = line.rfind(' ');
  out.method = line.substr(0, first);
  std::string target = line.substr(first + 1, last - first - 1);
  std::size_t question = target.find('?');
  out.path = decoded(target.substr(0, question), false);
  if (question != std::string::npos) out.query = parse_form(target.substr(question + 1));
  while (line_end < head_end) {
    std::size_t begin = line_end + 2;
    line_end = wire.find("\r\n", begin);
    std::string header = wire.substr(begin, line_end - begin);
    std::size_t colon = header.find(": ");
    out.headers[lowered(header.substr(0, colon))] = header.substr(colon + 2);
  }
  out.body = wire.substr(head_end + 4);
  auto length = out.headers.find("content-length");
  if (length != out.headers.end() && out.body.size() < std::stoul(length->second)) return std::nullopt;
  return out;
}

std::string write_reply(const HttpReply& reply, bool chunked) {
  std::string out = "HTTP/1.1 " + std::to_string(reply.status) + " Model\r\n";
  for (const auto& [name, value] : reply.headers) out += name + ": " + value + "\r\n";
  if (reply.status == 204) return out + "\r\n";
  if (!chunked) return out + "Content-Length: " + std::to_string(reply.body.size()) + "\r\n\r\n" + reply.body;
  out += "Transfer-Encoding: chunked\r\n\r\n";
  for (std::size_t at = 0; at < reply.body.size(); at += 100) {
    std::string chunk = reply.body.substr(at, 100);
    static constexpr char kHex[] = "0123456789abcdef";
    out += std::string(1, kHex[chunk.size() >> 4]) + kHex[chunk.size() & 15] + "\r\n" + chunk + "\r\n";
  }
  return out + "0\r\n\r\n";
}

HttpReply reply(int status, const json::Value& body) {
  HttpReply out;
  out.status = status;
  out.headers.emplace_back("Content-Type", "application/json");
  out.headers.emplace_back("Served-By", "caf\xE9");  // Latin-1: allowed in a header, and no UTF-8
  out.body = json::write(body);
  return out;
}

json::Object object(std::initializer_list<std::pair<const char*, json::Value>> members) {
  json::Object out;
  for (const auto& [name, value] : members) out.set(name, value);
  return out;
}

HttpReply Vendor::fail(const VendorRequest& request, bool with_effect) {
  HttpReply out = failed_before();
  if (!with_effect) return out;
  handle(request);
  out.status = 500;
  return out;
}

HttpReply Vendor::failed_before() {
  HttpReply out;
  out.status = 502;
  out.headers.emplace_back("Content-Type", "text/html");
  out.body = "<html>something went wrong</html>";
  return out;
}

/// "Tue, 15 Nov 1994 08:12:31 GMT" (RFC 9110, 5.6.7)
HttpReply Vendor::dated(HttpReply reply) const {
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  static constexpr const char* kDays[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};  // the epoch was a Thursday
  std::string iso = rfc3339(unix_at(world_.now()));
  const char* day = kDays[unix_at(world_.now()) / kDay % 7];
  const char* month = kMonths[std::stoul(iso.substr(5, 2)) - 1];
  reply.headers.emplace_back("Date", std::string(day) + ", " + iso.substr(8, 2) + " " + month + " " + iso.substr(0, 4) +
                                         " " + iso.substr(11, 8) + " GMT");
  return reply;
}

Time Vendor::seen_at() {
  Time seen = world_.now() - (lag_ > 0 ? lags_.below(lag_) : 0);
  if (behind_ && seen < last_effect_) behind_();
  return seen;
}

void Vendor::effect(const std::string& detail) {
  ++effects_;
  last_effect_ = world_.now();
  world_.note(name_ + ".effect", detail);
}

}  // namespace handoff::simulation
