#pragma once
// A small HTTP client for tests: one connection, kept open, opened anew after a failure.

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace handoff::support {

struct Answer {
  int status = 0;  // 0: no answer came
  std::string body;
  std::string error;
};

using Headers = std::vector<std::pair<std::string, std::string>>;

class HttpClient {
 public:
  /// Sees every exchange of all clients from now on: method, path, body, answer. On whatever thread it happens.
  using Witness = std::function<void(const std::string&, const std::string&, const std::string&, const Answer&)>;
  static void watched_by(Witness witness);

  /// "http://127.0.0.1:8080"
  explicit HttpClient(const std::string& url, std::chrono::milliseconds limit = std::chrono::seconds(30));
  ~HttpClient();
  HttpClient(HttpClient&&) noexcept;
  HttpClient& operator=(HttpClient&&) noexcept;

  /// A body is JSON unless `headers` say otherwise.
  Answer send(const std::string& method, const std::string& path, const std::string& body = {},
              const Headers& headers = {});
  Answer get(const std::string& path, const Headers& headers = {}) { return send("GET", path, {}, headers); }
  Answer post(const std::string& path, const std::string& body, const Headers& headers = {}) {
    return send("POST", path, body, headers);
  }

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// A port on 127.0.0.1 on which nobody listens, and that is given to no other test while this process runs.
std::string free_port();

/// Sends the bytes as they are and reads until the other side closes: for requests no client would write.
Answer send_raw(const std::string& url, const std::string& bytes,
                std::chrono::milliseconds limit = std::chrono::seconds(5));

}  // namespace handoff::support
