#include "tests/unit/net/support/raw_peer.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <utility>

namespace handoff::net::test {
namespace {

constexpr int kPatienceMs = 5'000;

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in out{};
  out.sin_family = AF_INET;
  out.sin_port = htons(port);
  out.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return out;
}

std::size_t length_in(std::string_view head) {
  const auto at = head.find("Content-Length: ");
  return at == std::string_view::npos ? 0 : std::stoul(std::string(head.substr(at + 16, 20)));
}

int bound_socket(std::uint16_t& port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  auto address = loopback(0);
  ::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address);
  socklen_t size = sizeof address;
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  port = ntohs(address.sin_port);
  return fd;
}

}  // namespace

RawStream::RawStream(RawStream&& other) noexcept : fd_(std::exchange(other.fd_, -1)), in_(std::move(other.in_)) {}

RawStream RawStream::connect(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  const auto address = loopback(port);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    ::close(fd);
    return RawStream(-1);
  }
  return RawStream(fd);
}

bool RawStream::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool RawStream::more() {
  pollfd waiting{fd_, POLLIN, 0};
  if (::poll(&waiting, 1, kPatienceMs) <= 0) return false;
  char bytes[16 * 1024];
  const auto got = ::recv(fd_, bytes, sizeof bytes, 0);
  if (got <= 0) return false;
  in_.append(bytes, static_cast<std::size_t>(got));
  return true;
}

std::string RawStream::read_message() {
  for (;;) {
    const auto end = in_.find("\r\n\r\n");
    if (end != std::string::npos) {
      const auto size = end + 4 + length_in(std::string_view(in_).substr(0, end));
      if (in_.size() >= size) {
        auto out = in_.substr(0, size);
        in_.erase(0, size);
        return out;
      }
    }
    if (!more()) return {};
  }
}

std::string RawStream::read_to_end() {
  while (more()) {
  }
  return std::exchange(in_, {});
}

bool RawStream::wait_for_end() {
  pollfd waiting{fd_, POLLIN, 0};
  char bytes[16 * 1024];
  while (::poll(&waiting, 1, kPatienceMs) > 0)
    if (::recv(fd_, bytes, sizeof bytes, 0) <= 0) return true;
  return false;
}

void RawStream::reset() {
  // Dissolving the association sends a reset, whoever else holds the descriptor.
  sockaddr nobody{};
  nobody.sa_family = AF_UNSPEC;
  ::connect(fd_, &nobody, sizeof nobody);
  close();
}

void RawStream::end_writing() { ::shutdown(fd_, SHUT_WR); }

void RawStream::small_receive_buffer() {
  const int size = 4096;
  ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
}

void RawStream::close() {
  if (fd_ < 0) return;
  ::shutdown(fd_, SHUT_RDWR);
  ::close(std::exchange(fd_, -1));
}

ScriptedPeer::ScriptedPeer(Script script) : script_(std::move(script)), listener_(bound_socket(port_)) {
  ::listen(listener_, 128);
  acceptor_ = std::thread([this] { accept(); });
}

ScriptedPeer::~ScriptedPeer() {
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  ::close(listener_);
  {
    const std::lock_guard lock(mutex_);
    for (const int fd : streams_) ::shutdown(fd, SHUT_RDWR);
  }
  for (auto& handler : handlers_) handler.join();
  for (const int fd : streams_) ::close(fd);
}

void ScriptedPeer::accept() {
  for (;;) {
    const int fd = ::accept(listener_, nullptr, nullptr);
    if (fd < 0) return;
    const int number = connections_++;
    const std::lock_guard lock(mutex_);
    // A second descriptor stays with us, so that a waiting script can be woken without a race for the number.
    streams_.push_back(::dup(fd));
    handlers_.emplace_back([this, fd, number] {
      RawStream stream(fd);
      script_(stream, number);
    });
  }
}

std::string ScriptedPeer::request(RawStream& stream) {
  auto out = stream.read_message();
  if (!out.empty()) {
    const std::lock_guard lock(mutex_);
    ++requests_;
    came_.notify_all();
  }
  return out;
}

bool ScriptedPeer::wait_for_requests(int count) {
  std::unique_lock lock(mutex_);
  return came_.wait_for(lock, std::chrono::milliseconds(kPatienceMs), [&] { return requests_ >= count; });
}

std::uint16_t closed_port() {
  std::uint16_t port = 0;
  ::close(bound_socket(port));
  return port;
}

std::string ok(std::string_view body) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

}  // namespace handoff::net::test
