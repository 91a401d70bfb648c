#include "core/serve/secret_places.hpp"

#include <handoff/abi.h>

#include <functional>
#include <handoff/sdk/json.hpp>
#include <handoff/sdk/text.hpp>

#include "core/net/http_text.hpp"

namespace handoff::serve {

namespace {

constexpr std::string_view kBegin = HANDOFF_SECRET_BEGIN, kEnd = HANDOFF_SECRET_END;

using Write = std::function<std::string(const std::string&)>;

std::string in_json(const std::string& value) {
  std::string out;
  json::write_string(out, value);
  return out.substr(1, out.size() - 2);
}

/// How a secret is written into the body of such a request.
Write writer_of(const HttpRequest& request) {
  for (const auto& [name, value] : request.headers) {
    if (!equal_ignoring_case(name, "content-type")) continue;
    const std::string type = net::to_lower(value.substr(0, value.find(';')));
    if (type == "application/x-www-form-urlencoded")
      return [](const std::string& one) { return net::form_encode(one); };
    if (type == "application/json" || type.ends_with("+json")) return in_json;
  }
  return [](const std::string& one) { return one; };
}

std::expected<std::string, std::string> filled(std::string_view text, const SecretValues& secrets, const Write& write) {
  std::string out;
  for (std::size_t at = text.find(kBegin); at != std::string_view::npos; at = text.find(kBegin)) {
    const std::size_t end = text.find(kEnd, at + kBegin.size());
    if (end == std::string_view::npos) break;
    const std::string name(text.substr(at + kBegin.size(), end - at - kBegin.size()));
    const auto secret = secrets.find(name);
    if (secret == secrets.end()) return std::unexpected("the connector has no secret \"" + name + "\"");
    out.append(text.substr(0, at)).append(write(secret->second));
    text.remove_prefix(end + kEnd.size());
  }
  return out.append(text);
}

}  // namespace

std::expected<std::string, std::string> with_secrets(std::string_view text, const SecretValues& secrets) {
  return filled(text, secrets, [](const std::string& one) { return one; });
}

std::expected<HttpRequest, std::string> with_secrets(const HttpRequest& request, const SecretValues& secrets) {
  HttpRequest out = request;
  std::string problem;
  auto fill = [&](std::string& text, const Write& write) {
    auto done = filled(text, secrets, write);
    if (done)
      text = std::move(*done);
    else
      problem = done.error();
  };
  fill(out.target, [](const std::string& one) { return net::form_encode(one); });
  fill(out.body, writer_of(request));
  for (auto& [name, value] : out.headers) fill(value, [](const std::string& one) { return one; });
  if (!problem.empty()) return std::unexpected(problem);
  return out;
}

std::string without_secrets(std::string words, const SecretValues& secrets) {
  for (const auto& [name, value] : secrets)
    for (std::size_t at = value.empty() ? std::string::npos : words.find(value); at != std::string::npos;
         at = words.find(value, at + 3))
      words.replace(at, value.size(), "***");
  return words;
}

}  // namespace handoff::serve
