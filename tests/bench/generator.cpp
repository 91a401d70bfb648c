#include "tests/bench/generator.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

namespace handoff::bench {

namespace {

using Clock = std::chrono::steady_clock;

[[noreturn]] void give_up(const std::string& what) { throw std::runtime_error("load generator: " + what); }

struct Connection {
  int socket = -1;
  bool busy = false;
  Clock::time_point due;
  std::string received;
};

int connect_to(std::uint16_t port) {
  int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
    give_up("cannot connect: " + std::string(std::strerror(errno)));
  int on = 1;
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return socket;
}

/// Size of the whole answer at the front of `text`; 0 while it is not all there.
std::size_t whole_answer(const std::string& text) {
  std::size_t head = text.find("\r\n\r\n");
  if (head == std::string::npos) return 0;
  static constexpr char kLength[] = "content-length:";
  auto same = [](char a, char b) { return (a | 0x20) == (b | 0x20); };
  auto end = text.begin() + static_cast<std::ptrdiff_t>(head);
  auto found = std::search(text.begin(), end, kLength, kLength + sizeof kLength - 1, same);
  if (found == end) give_up("an answer without Content-Length");
  std::size_t length = std::strtoull(&*found + sizeof kLength - 1, nullptr, 10);
  std::size_t size = head + 4 + length;
  return text.size() >= size ? size : 0;
}

class Generator {
 public:
  Generator(const Target& target, const Plan& plan, const std::function<std::string(std::uint64_t)>& body)
      : plan_(plan),
        body_(body),
        epoll_(epoll_create1(EPOLL_CLOEXEC)),
        connections_(static_cast<std::size_t>(plan.connections)) {
    head_ = "POST " + target.path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n" +
            target.headers + "Content-Length: ";
    for (std::size_t i = 0; i < connections_.size(); ++i) {
      connections_[i].socket = connect_to(target.port);
      epoll_event event = {};
      event.events = EPOLLIN;
      event.data.u64 = i;
      epoll_ctl(epoll_, EPOLL_CTL_ADD, connections_[i].socket, &event);
    }
  }

  ~Generator() {
    for (Connection& connection : connections_) ::close(connection.socket);
    ::close(epoll_);
  }

  Sample run() {
    begin_ = Clock::now();
    refill();
    while (under_way_ > 0 || !over()) {
      epoll_event events[64];
      int count = epoll_wait(epoll_, events, 64, wait_ms());
      for (int i = 0; i < count; ++i) receive(connections_[events[i].data.u64]);
      refill();
    }
    sample_.seconds = std::chrono::duration<double>(Clock::now() - begin_).count();
    return std::move(sample_);
  }

 private:
  bool over() const {
    if (plan_.requests > 0 && sent_ >= plan_.requests) return true;
    return plan_.time.count() > 0 && Clock::now() - begin_ >= plan_.time;
  }

  Clock::time_point due() const {
    if (plan_.per_second <= 0) return Clock::now();
    return begin_ + std::chrono::duration_cast<Clock::duration>(
                        std::chrono::duration<double>(static_cast<double>(sent_) / plan_.per_second));
  }

  int wait_ms() const {
    if (plan_.per_second <= 0 || over()) return 1000;
    return std::clamp(
        static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(due() - Clock::now()).count()), 0, 1000);
  }

  /// Round and round, so that no connection is idle until the server closes it.
  void refill() {
    for (std::size_t i = 0; i < connections_.size(); ++i) {
      Connection& connection = connections_[next_];
      if (over()) return;
      Clock::time_point when = due();
      if (when > Clock::now()) return;
      if (!connection.busy) send(connection, when);
      next_ = (next_ + 1) % connections_.size();
    }
  }

  void send(Connection& connection, Clock::time_point when) {
    std::string body = body_(sent_++);
    request_ = head_;
    request_ += std::to_string(body.size());
    request_ += "\r\n\r\n";
    request_ += body;
    connection.busy = true;
    connection.due = when;
    ++under_way_;
    if (::send(connection.socket, request_.data(), request_.size(), MSG_NOSIGNAL) !=
        static_cast<ssize_t>(request_.size()))
      give_up("cannot send");
  }

  void receive(Connection& connection) {
    char part[16384];
    ssize_t got = ::recv(connection.socket, part, sizeof part, 0);
    if (got <= 0) give_up("the server closed a connection");
    connection.received.append(part, static_cast<std::size_t>(got));
    std::size_t size = whole_answer(connection.received);
    if (size == 0) return;
    ++sample_.by_status[std::atoi(connection.received.c_str() + 9)];
    ++sample_.answers;
    sample_.marked += !plan_.mark.empty() && connection.received.find(plan_.mark) < size;
    sample_.latency_ms.push_back(std::chrono::duration<double, std::milli>(Clock::now() - connection.due).count());
    connection.received.erase(0, size);
    connection.busy = false;
    --under_way_;
  }

  const Plan& plan_;
  const std::function<std::string(std::uint64_t)>& body_;
  int epoll_;
  std::vector<Connection> connections_;
  std::size_t next_ = 0;
  std::string head_, request_;
  Clock::time_point begin_;
  std::uint64_t sent_ = 0;
  int under_way_ = 0;
  Sample sample_;
};

}  // namespace

Sample generate(const Target& target, const Plan& plan, const std::function<std::string(std::uint64_t)>& body) {
  return Generator(target, plan, body).run();
}

double quantile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  auto at = static_cast<std::size_t>(share * static_cast<double>(values.size()));
  return values[std::min(at, values.size() - 1)];
}

}  // namespace handoff::bench
