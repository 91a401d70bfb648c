#include "http_message.hpp"

#include <charconv>

namespace sandbox {
namespace {

std::string_view first(const Pairs& pairs, std::string_view name, bool& found) {
  for (const auto& [key, value] : pairs) {
    if (key == name) {
      found = true;
      return value;
    }
  }
  found = false;
  return {};
}

}  // namespace

std::string_view Request::header(std::string_view name) const {
  bool found = false;
  return first(headers, name, found);
}

std::optional<std::string> Request::param(std::string_view name) const {
  bool found = false;
  const std::string_view value = first(query, name, found);
  if (!found) return std::nullopt;
  return std::string(value);
}

std::string_view Request::segment(std::size_t index) const {
  return index < segments.size() ? std::string_view(segments[index]) : std::string_view();
}

std::string percent_decode(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned value = 0;
    if (text[i] == '%' && i + 2 < text.size()) {
      const char* begin = text.data() + i + 1;
      if (std::from_chars(begin, begin + 2, value, 16).ptr == begin + 2) {
        out += static_cast<char>(value);
        i += 2;
        continue;
      }
    }
    out += text[i] == '+' && plus_is_space ? ' ' : text[i];
  }
  return out;
}

Pairs parse_form(std::string_view text) {
  Pairs out;
  while (!text.empty()) {
    const std::size_t end = text.find('&');
    const std::string_view item = text.substr(0, end);
    const std::size_t equals = item.find('=');
    const std::string_view value = equals == std::string_view::npos ? std::string_view() : item.substr(equals + 1);
    if (!item.empty()) out.emplace_back(percent_decode(item.substr(0, equals), true), percent_decode(value, true));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
  return out;
}

Request make_request(std::string method, std::string_view target, std::string body, Pairs headers) {
  Request request;
  request.method = std::move(method);
  const std::size_t question = target.find('?');
  request.path = std::string(target.substr(0, question));
  if (question != std::string_view::npos) request.query = parse_form(target.substr(question + 1));
  std::string_view rest = request.path;
  while (!rest.empty()) {
    const std::size_t slash = rest.find('/');
    const std::string_view segment = rest.substr(0, slash);
    if (!segment.empty()) request.segments.push_back(percent_decode(segment, false));
    rest = slash == std::string_view::npos ? std::string_view() : rest.substr(slash + 1);
  }
  request.headers = std::move(headers);
  request.body = std::move(body);
  return request;
}

}  // namespace sandbox
