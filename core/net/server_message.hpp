#pragma once
// What the server hands to a handler, and what a handler gives back.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/net/message_parser.hpp"
#include "core/net/transport.hpp"

namespace handoff::net {

/// One request, whole. Owns its bytes: may be moved to another thread and kept. Views live as long as it stays where
/// it is.
class ServerRequest {
 public:
  ServerRequest() = default;
  /// For tests of handlers: a request that never saw a wire.
  static ServerRequest make(std::string_view method, std::string_view target, const Headers& headers,
                            std::string_view body);

  std::string_view method() const { return method_.in(bytes_); }
  /// As sent: "/v1/cases?state=open", or "*" with OPTIONS. Not decoded.
  std::string_view target() const { return target_.in(bytes_); }
  std::string_view path() const { return target().substr(0, target().find('?')); }
  /// Without the question mark.
  std::string_view query() const;
  /// The first of that name, or empty.
  std::string_view header(std::string_view lower_case_name) const;
  std::vector<std::pair<std::string_view, std::string_view>> headers() const;
  std::string_view body() const { return std::string_view(bytes_).substr(body_at_); }
  /// Address of the peer, without port. Not to be trusted beyond the next hop.
  const std::string& peer() const { return peer_; }

 private:
  friend class RequestReader;
  friend class Session;

  std::string bytes_;  // head, names in lower case, then the body, decoded
  std::vector<Field> fields_;
  Slice method_;
  Slice target_;
  std::size_t body_at_ = 0;
  std::string peer_;
};

struct ServerResponse {
  int status = 200;
  std::string content_type = "application/json";
  std::string body = {};
  Headers headers = {};  // more of them; line breaks in values become spaces
  bool close = false;    // end the connection after it
};

/// {"error":{"code":"...","message":"..."}}: the one shape of every refusal; a 503 says when to come again. The texts are
/// UTF-8.
ServerResponse error_response(int status, std::string_view code, std::string_view message);

/// How the head of a response depends on its request.
struct ResponseTerms {
  bool http_1_1 = true;
  bool keep_alive = true;
};

/// Appends status line and headers, the empty line included, for a body of `body_bytes`.
void append_response_head(std::string& out, const ServerResponse& response, const ResponseTerms& terms);

/// True if this status never has a body.
bool is_bodyless(int status);

}  // namespace handoff::net
