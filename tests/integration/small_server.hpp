#pragma once
// An HTTP server for an invented vendor: one function answers, and may hang up instead.

#include <functional>
#include <map>
#include <memory>
#include <string>

namespace handoff::support {

struct SmallRequest {
  std::string method, path, query, body;            // query: the value of its only parameter
  std::string key;                                  // Idempotency-Key
  std::map<std::string, std::string> headers = {};  // by lower-case name
};
struct SmallReply {
  int status = 200;
  std::string body;
  bool hangs_up = false;  // the connection ends without an answer,
  std::string torn = {};  // or after these bytes
};

/// On a port of its own until it is destroyed. `answer` runs on many threads.
class SmallServer {
 public:
  explicit SmallServer(std::function<SmallReply(const SmallRequest&)> answer);
  ~SmallServer();
  std::string url() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace handoff::support
