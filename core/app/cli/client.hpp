#pragma once
// One request to the admin listener. Blocking.

#include <expected>
#include <string>

namespace handoff::cli {

struct Server {
  std::string url;         // "http://127.0.0.1:8480"
  std::string trust_file;  // PEM: the certificate of the configured listener; empty: the system's authorities
};

struct Answer {
  int status = 0;
  std::string body;
};

struct NoAnswer {
  bool nobody_there = false;  // nothing listens: the hub is not running
  bool sent = false;          // the request may have arrived, and have been done
  std::string why;
};

std::expected<Answer, NoAnswer> request(const Server& server, const std::string& method, const std::string& target,
                                        const std::string& token, const std::string& body);

/// Whether what is at `url` is the hub whose listener is at `own` (empty: none is known), or is on this machine.
bool is_ours(const std::string& url, const std::string& own);

/// For one segment of a path or one value of a query.
std::string percent_encoded(const std::string& text);

}  // namespace handoff::cli
