#pragma once
// HTTP as plain structs, so that a vendor can be called without sockets.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "json.hpp"

namespace sandbox {

using Pairs = std::vector<std::pair<std::string, std::string>>;

struct Request {
  std::string scheme = "http";
  std::string method;
  std::string path;                   // as sent, without the query
  std::vector<std::string> segments;  // of the path, percent-decoded
  Pairs query;                        // decoded
  Pairs headers;                      // names in lower case
  std::string body;

  /// The first value of a header (`name` in lower case), or an empty text.
  std::string_view header(std::string_view name) const;
  /// The first value of a query parameter, or nothing.
  std::optional<std::string> param(std::string_view name) const;
  /// The segment at `index`, or an empty text.
  std::string_view segment(std::size_t index) const;
};

struct Response {
  int status = 200;
  std::string body;
  std::string content_type = "application/json";
  Pairs headers;

  static Response json(int status, const Json& body) { return {status, body.dump(), "application/json", {}}; }
  static Response empty(int status) { return {status, {}, {}, {}}; }
};

/// Fills method, path, segments and query from a request line's method and target ("/v1/vouchers/A%20B?limit=2").
Request make_request(std::string method, std::string_view target, std::string body = {}, Pairs headers = {});

std::string percent_decode(std::string_view text, bool plus_is_space);
/// Decodes application/x-www-form-urlencoded, in the order sent.
Pairs parse_form(std::string_view text);

}  // namespace sandbox
