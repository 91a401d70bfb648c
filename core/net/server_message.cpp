#include "core/net/server_message.hpp"

#include <handoff/sdk/json.hpp>

#include <charconv>

#include "core/net/http_text.hpp"

namespace handoff::net {
namespace {

std::string_view reason(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 422:
      return "Unprocessable Content";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    default:
      return "-";
  }
}

void append_number(std::string& out, std::size_t number) {
  char digits[24];
  const auto [end, ec] = std::to_chars(digits, digits + sizeof digits, number);
  out.append(digits, end);
}

/// A value can never begin a line of its own.
void append_value(std::string& out, std::string_view value) {
  for (const char c : value) out += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? ' ' : c;
}

}  // namespace

ServerRequest ServerRequest::make(std::string_view method, std::string_view target, const Headers& headers,
                                  std::string_view body) {
  ServerRequest out;
  const auto add = [&out](std::string_view text) {
    const Slice slice{static_cast<std::uint32_t>(out.bytes_.size()), static_cast<std::uint32_t>(text.size())};
    out.bytes_.append(text);
    return slice;
  };
  out.method_ = add(method);
  out.target_ = add(target);
  for (const auto& [name, value] : headers) {
    const auto name_slice = add(to_lower(name));
    out.fields_.push_back({name_slice, add(value)});
  }
  out.body_at_ = out.bytes_.size();
  out.bytes_.append(body);
  return out;
}

std::string_view ServerRequest::query() const {
  const auto mark = target().find('?');
  return mark == std::string_view::npos ? std::string_view{} : target().substr(mark + 1);
}

std::string_view ServerRequest::header(std::string_view lower_case_name) const {
  for (const auto& field : fields_)
    if (field.name.in(bytes_) == lower_case_name) return field.value.in(bytes_);
  return {};
}

std::vector<std::pair<std::string_view, std::string_view>> ServerRequest::headers() const {
  std::vector<std::pair<std::string_view, std::string_view>> out;
  out.reserve(fields_.size());
  for (const auto& field : fields_) out.emplace_back(field.name.in(bytes_), field.value.in(bytes_));
  return out;
}

ServerResponse error_response(int status, std::string_view code, std::string_view message) {
  ServerResponse out;
  out.status = status;
  out.body = R"({"error":{"code":)";
  json::write_string(out.body, code);
  out.body += R"(,"message":)";
  json::write_string(out.body, message);
  out.body += "}}";
  if (status == 503) out.headers.emplace_back("Retry-After", "1");
  return out;
}

bool is_bodyless(int status) { return status == 204 || status == 304 || status < 200; }

void append_response_head(std::string& out, const ServerResponse& response, const ResponseTerms& terms) {
  out.append("HTTP/1.1 ");
  append_number(out, static_cast<std::size_t>(response.status));
  out.append(" ").append(reason(response.status)).append("\r\n");
  if (!is_bodyless(response.status)) {
    out.append("Content-Type: ");
    append_value(out, response.content_type);
    out.append("\r\nContent-Length: ");
    append_number(out, response.body.size());
    out.append("\r\n");
  }
  for (const auto& [name, value] : response.headers) {
    if (!is_token(name)) continue;
    out.append(name).append(": ");
    append_value(out, value);
    out.append("\r\n");
  }
  if (!terms.keep_alive) {
    out.append("Connection: close\r\n");
  } else if (!terms.http_1_1) {
    out.append("Connection: keep-alive\r\n");
  }
  out.append("\r\n");
}

}  // namespace handoff::net
