#include "tests/live/gate.hpp"

#include <Poco/Exception.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/Timespan.h>
#include <Poco/URI.h>

#include <algorithm>
#include <atomic>
#include <list>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "tests/support/http.hpp"

namespace handoff::live {

namespace net = Poco::Net;

namespace {

constexpr auto kLook = std::chrono::milliseconds(100);

struct Fault {
  std::string word;
  Way way;
  std::chrono::milliseconds late_by;
};

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

/// How many bytes the first message in `bytes` has; nothing if it does not tell, or its head is not whole.
std::optional<std::size_t> size_of(const std::string& bytes) {
  const std::size_t head = bytes.find("\r\n\r\n");
  if (head == std::string::npos) return std::nullopt;
  const std::string fields = lower(bytes.substr(0, head + 2));
  const std::string name = "\r\ncontent-length:";
  const std::size_t at = fields.find(name);
  if (at != std::string::npos) return head + 4 + std::stoul(fields.substr(at + name.size()));
  if (fields.find("\r\ntransfer-encoding: chunked") == std::string::npos) return std::nullopt;
  const std::size_t end = bytes.find("\r\n0\r\n\r\n", head);
  return end == std::string::npos ? std::nullopt : std::optional(end + 7);
}

/// Reads until the message is whole, or the other side is done. False if nothing came.
bool read_message(net::StreamSocket& from, std::string& bytes, const std::atomic<bool>& over) {
  char part[16'384];
  while (!over) {
    if (auto size = size_of(bytes); size && bytes.size() >= *size) return true;
    if (!from.poll(Poco::Timespan(0, 100'000), net::Socket::SELECT_READ)) continue;
    const int got = from.receiveBytes(part, sizeof part);
    if (got <= 0) return !bytes.empty();
    bytes.append(part, static_cast<std::size_t>(got));
  }
  return false;
}

void write_all(net::StreamSocket& to, const std::string& bytes) {
  for (std::size_t at = 0; at < bytes.size();)
    at += static_cast<std::size_t>(to.sendBytes(bytes.data() + at, static_cast<int>(bytes.size() - at)));
}

}  // namespace

struct Gate::Impl {
  explicit Impl(const std::string& target) : uri(target), accepting([this] { accept(); }) {}
  ~Impl() {
    over = true;
    accepting.join();
    for (std::thread& one : serving) one.join();
  }

  void accept() {
    while (!over) {
      if (!listening.poll(Poco::Timespan(0, 100'000), net::Socket::SELECT_READ)) continue;
      net::StreamSocket client = listening.acceptConnection();
      serving.emplace_back([this, client]() mutable {
        try {
          while (serve(client)) {
          }
        } catch (const Poco::Exception&) {  // one side hung up: so does the gate
        }
      });
    }
  }

  std::optional<Fault> fault_for(const std::string& request) {
    const std::lock_guard lock(mutex);
    const auto found =
        std::ranges::find_if(faults, [&](const Fault& fault) { return request.find(fault.word) != std::string::npos; });
    if (found == faults.end()) return std::nullopt;
    const Fault out = *found;
    faults.erase(found);
    ++done;
    return out;
  }

  /// One request and its answer. False at the end of the connection.
  bool serve(net::StreamSocket& client) {
    std::string request;
    if (!read_message(client, request, over)) return false;
    const std::optional<Fault> fault = fault_for(request);
    if (fault && fault->way == Way::cut_before) return false;
    const auto from = std::chrono::steady_clock::now();
    while (fault && fault->way == Way::late && !over && std::chrono::steady_clock::now() - from < fault->late_by)
      std::this_thread::sleep_for(kLook);
    const std::string answer = forward(request);
    if (fault && fault->way == Way::twice) forward(request);
    if (fault && fault->way == Way::cut_after) return false;
    write_all(client, answer);
    return size_of(answer).has_value() && answer.starts_with("HTTP/1.1");
  }

  /// Over a connection of its own.
  std::string forward(const std::string& request) {
    net::StreamSocket server(net::SocketAddress(uri.getHost(), uri.getPort()));
    write_all(server, request);
    std::string answer;
    read_message(server, answer, over);
    return answer;
  }

  const Poco::URI uri;
  net::ServerSocket listening{net::SocketAddress("127.0.0.1", 0)};
  std::atomic<bool> over{false};
  std::mutex mutex;
  std::list<Fault> faults;
  std::atomic<int> done{0};
  std::vector<std::thread> serving;  // of the accepting thread, and joined after it
  std::thread accepting;
};

Gate::Gate(const std::string& target) : impl_(std::make_unique<Impl>(target)) {}
Gate::~Gate() = default;
std::string Gate::url() const { return "http://" + impl_->listening.address().toString(); }
void Gate::next(const std::string& word, Way way, std::chrono::milliseconds late_by) {
  const std::lock_guard lock(impl_->mutex);
  impl_->faults.push_back({word, way, late_by});
}
int Gate::happened() const { return impl_->done; }

}  // namespace handoff::live
