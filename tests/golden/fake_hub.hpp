#pragma once
// An admin listener that gives one answer to everything, or several in turn, and remembers what it was asked last.

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace handoff::golden {

class FakeHub {
 public:
  static constexpr int kNoAnswer = 0;  // as a status: the connection ends, and nothing was said
  FakeHub(int status, std::string body) : FakeHub(status, std::vector{std::move(body)}) {}
  /// The last of them again and again.
  FakeHub(int status, std::vector<std::string> bodies) : status_(status), bodies_(std::move(bodies)) {
    socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(socket_, 4), 0);
    socklen_t size = sizeof address;
    ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~FakeHub() {
    ::shutdown(socket_, SHUT_RDWR);
    thread_.join();
    ::close(socket_);
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  /// The last request, head and body. Only after the answer has arrived.
  std::string asked() const {
    std::lock_guard lock(mutex_);
    return asked_;
  }

 private:
  void serve() {
    for (int peer = ::accept(socket_, nullptr, nullptr); peer >= 0; peer = ::accept(socket_, nullptr, nullptr)) {
      std::string text;
      char buffer[4096];
      while (!whole(text)) {
        ssize_t got = ::recv(peer, buffer, sizeof buffer, 0);
        if (got <= 0) break;
        text.append(buffer, static_cast<std::size_t>(got));
      }
      {
        std::lock_guard lock(mutex_);
        asked_ = text;
      }
      const std::string& body = bodies_[std::min(next_++, bodies_.size() - 1)];
      std::string answer = "HTTP/1.1 " + std::to_string(status_) +
                           " X\r\nContent-Length: " + std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n" +
                           body;
      if (status_ != kNoAnswer) ::send(peer, answer.data(), answer.size(), MSG_NOSIGNAL);
      ::close(peer);
    }
  }
  static bool whole(const std::string& text) {
    std::size_t head = text.find("\r\n\r\n"), length = text.find("Content-Length: ");
    if (head == std::string::npos) return false;
    std::size_t body = length < head ? std::stoul(text.substr(length + 16)) : 0;
    return text.size() >= head + 4 + body;
  }

  int status_, socket_ = -1, port_ = 0;
  std::vector<std::string> bodies_;
  std::size_t next_ = 0;
  mutable std::mutex mutex_;
  std::string asked_;
  std::thread thread_;
};

}  // namespace handoff::golden
