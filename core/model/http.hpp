#pragma once
// A request as a connector wrote it and a vendor's answer, between plugin_host, engine and net. What is asked of a folder
// has the same form, so that it is sealed, sent again, traced and compared as everything else is: the action is the method
// (LIST, READ, CLAIM, WRITE, MOVE), the path the target, "to", "offset" and "length" are headers, the content is the body. A SLEEP is "SLEEP /5000".

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace handoff {

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

/// Before auth headers, which the network adds per send. `target` is path and query below the connection's base URL.
struct HttpRequest {
  std::string method, target;
  HttpHeaders headers;
  std::string body;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("method", self.method);
    visit("target", self.target);
    visit("headers", self.headers);
    visit("body", self.body);
  }
};

/// Complete. Header names in lower case.
struct HttpReply {
  int status = 0;
  HttpHeaders headers;
  std::string body;

  std::string_view header(std::string_view lower_case_name) const {
    for (const auto& [name, value] : headers)
      if (name == lower_case_name) return value;
    return {};
  }
  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("status", self.status);
    visit("headers", self.headers);
    visit("body", self.body);
  }
};

}  // namespace handoff
