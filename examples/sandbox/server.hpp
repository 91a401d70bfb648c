#pragma once
// Sockets: one listening port, glued to a function over plain structs.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "gate.hpp"

namespace sandbox {

struct ListenOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;         // 0 = the system picks
  std::string tls_cert, tls_key;  // files; both empty = plain HTTP
};

/// Listens from construction until stop(); `process` and `accepts` are called from many threads.
class Server {
 public:
  using Process = std::function<Exchange(const Request&)>;
  using Accepts = std::function<bool()>;

  Server(const ListenOptions& options, Process process, Accepts accepts);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::string url() const;
  void stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sandbox
