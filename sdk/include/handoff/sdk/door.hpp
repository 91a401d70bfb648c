#pragma once
// What gets past a vendor's door where no scheme of connector.json does: the operations auth and sign.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace handoff {

/// auth/1: logs in (abi.h). Tokens may be in the answers it gets: they go into the headers, and nowhere else.
struct AuthInput {
  AuthInput() = default;
  std::string nonce;  // 32 hexadecimal digits, another for each run

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("nonce", self.nonce);
  }
};
struct AuthResult {
  AuthResult() = default;
  std::vector<std::pair<std::string, std::string>> headers;  // of every request from now on
  std::int64_t life_s = 0;                                   // for so long

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("headers", self.headers);
    visit("life_s", self.life_s);
  }
};

/// sign/1: signs one attempt (abi.h). The body is the payload.
struct SignInput {
  SignInput() = default;
  std::string method, target;                                // `target`: the whole path and query, as it is sent
  std::string host;                                          // as the Host header has it
  std::vector<std::pair<std::string, std::string>> headers;  // as the connector wrote them
  std::string body_sha256;                                   // hexadecimal
  std::string nonce;                                         // 32 hexadecimal digits, another for each attempt

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("method", self.method);
    visit("target", self.target);
    visit("host", self.host);
    visit("headers", self.headers);
    visit("body_sha256", self.body_sha256);
    visit("nonce", self.nonce);
  }
};
struct SignResult {
  SignResult() = default;
  std::vector<std::pair<std::string, std::string>> headers;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("headers", self.headers);
  }
};

}  // namespace handoff
