#include "core/net/server_core.hpp"

#include <fcntl.h>

#include <algorithm>
#include <boost/asio/ip/v6_only.hpp>
#include <charconv>
#include <utility>

namespace handoff::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using std::chrono::milliseconds;

constexpr milliseconds kTick{100};
constexpr milliseconds kAcceptAgain{50};
constexpr int kBacklog = 4096;
std::string turned_away() {
  auto response = error_response(503, "busy", "too many connections are open");
  std::string out;
  append_response_head(out, response, {.http_1_1 = true, .keep_alive = false});
  return out + response.body;
}

std::expected<tcp::endpoint, std::string> parse_address(const std::string& address) {
  const auto colon = address.rfind(':');
  if (colon == std::string::npos) return std::unexpected("write address:port, not " + address);
  auto host = address.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  error_code ec;
  const auto ip = asio::ip::make_address(host, ec);
  if (ec) return std::unexpected(host + " is not an IP address");
  std::uint16_t port = 0;
  const auto* end = address.data() + address.size();
  const auto parsed = std::from_chars(address.data() + colon + 1, end, port);
  if (parsed.ec != std::errc{} || parsed.ptr != end) return std::unexpected("the port of " + address);
  return tcp::endpoint(ip, port);
}

error_code open(tcp::acceptor& acceptor, const tcp::endpoint& at) {
  error_code ec;
  acceptor.open(at.protocol(), ec);
  if (!ec) ::fcntl(acceptor.native_handle(), F_SETFD, FD_CLOEXEC);
  if (!ec) acceptor.set_option(tcp::acceptor::reuse_address(true), ec);
  if (!ec) acceptor.bind(at, ec);
  if (!ec) acceptor.listen(kBacklog, ec);
  return ec;
}

}  // namespace

// --- Outbox

void Outbox::put(Delivery delivery) {
  std::vector<Delivery> one;
  one.push_back(std::move(delivery));
  put_all(std::move(one));
}

void Outbox::put_all(std::vector<Delivery> deliveries) {
  {
    const std::lock_guard lock(mutex_);
    if (core_ == nullptr) return;  // and the loop may be gone, too
    if (!loop_->on_io_thread()) {
      for (auto& delivery : deliveries) waiting_.push_back(std::move(delivery));
      if (!std::exchange(woken_, true)) loop_->post([self = shared_from_this()] { self->deliver_all(); });
      return;
    }
  }
  deliver(std::move(deliveries));
}

/// [io thread]
void Outbox::deliver(std::vector<Delivery> batch) {
  for (auto& delivery : batch)
    if (core_ != nullptr) core_->deliver(std::move(delivery));
}

void Outbox::deliver_all() {
  std::vector<Delivery> batch;
  {
    const std::lock_guard lock(mutex_);
    batch.swap(waiting_);
    woken_ = false;
  }
  deliver(std::move(batch));
}

void Outbox::close() {
  const std::lock_guard lock(mutex_);
  core_ = nullptr;
  waiting_.clear();
}

// --- ServerCore

ServerCore::ServerCore(IoLoop& loop) : loop_(loop), outbox_(std::make_shared<Outbox>(loop, *this)) { tick(); }

std::int64_t ServerCore::now_ms() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<milliseconds>(now).count();
}

std::expected<std::uint16_t, std::string> ServerCore::listen(ListenerSettings settings, Handler handler) {
  const auto at = parse_address(settings.address);
  if (!at) return std::unexpected(at.error());
  std::unique_ptr<TlsContext> tls;
  if (!settings.tls_cert_file.empty() || !settings.tls_key_file.empty()) {
    auto context = server_tls_context(settings.tls_cert_file, settings.tls_key_file);
    if (!context) return std::unexpected(context.error());
    tls = std::make_unique<TlsContext>(std::move(*context));
  }
  tcp::acceptor acceptor(loop_.impl().context);
  if (const auto ec = open(acceptor, *at)) {
    bool taken = ec == boost::asio::error::address_in_use;
    return std::unexpected(settings.address + ": " + ec.message() +
                           (taken ? "; stop what listens there (ss -ltnp shows it), or write another address" : ""));
  }
  const auto port = acceptor.local_endpoint().port();
  listeners_.push_back(std::make_unique<Listener>(
      Listener{std::move(settings), std::move(handler), std::move(tls), std::move(acceptor), {}}));
  accept(*listeners_.back());
  return port;
}

void ServerCore::accept(Listener& listener) {
  listener.acceptor.async_accept([this, &listener, alive = outbox_](const error_code& ec, Session::Socket socket) {
    if (ec == asio::error::operation_aborted || closed_ || !listener.acceptor.is_open()) return;
    if (ec) return on_accept_error(listener);
    admit(listener, std::move(socket));
    accept(listener);
  });
}

/// Out of descriptors: the connection stays in the backlog until there is room. Never a busy loop: each turn either
/// closes a connection or waits.
void ServerCore::on_accept_error(Listener& listener) {
  if (close_longest_idle()) return accept(listener);
  std::erase_if(accept_retries_, [now = std::chrono::steady_clock::now()](const auto& id) { return id.at < now; });
  accept_retries_.push_back(loop_.after(kAcceptAgain, [this, &listener] {
    if (listener.acceptor.is_open()) accept(listener);
  }));
}

void ServerCore::admit(Listener& listener, Session::Socket socket) {
  auto& counts = listener.counts;
  ++counts.accepted;
  if (counts.connections >= listener.settings.connections_max) {
    ++counts.turned_away;
    error_code ignored;
    socket.non_blocking(true, ignored);
    if (!listener.tls) socket.write_some(asio::buffer(turned_away()), ignored);
    socket.shutdown(Session::Socket::shutdown_send, ignored);
    return;  // closed here
  }
  ++counts.connections;
  ::fcntl(socket.native_handle(), F_SETFD, FD_CLOEXEC);  // a plugin's child process gets none of ours
  const auto id = ++sessions_made_;
  const auto session = std::make_shared<Session>(*this, listener, std::move(socket), id);
  sessions_.emplace(id, session);
  session->start();
}

bool ServerCore::close_longest_idle() {
  Session* longest = nullptr;
  for (const auto& [id, session] : sessions_) {
    if (session->idle_since() < 0) continue;
    if (longest == nullptr || session->idle_since() < longest->idle_since()) longest = session.get();
  }
  if (longest == nullptr) return false;
  longest->close();
  return true;
}

void ServerCore::deliver(Outbox::Delivery&& delivery) {
  const auto found = sessions_.find(delivery.session);
  if (found == sessions_.end()) return;
  const auto session = found->second;
  session->answer(delivery.serial, std::move(delivery.response));
}

void ServerCore::forget(Session& session) {
  sessions_.erase(session.id());
  say_if_stopped();
}

void ServerCore::tick() {
  ticking_.clear();
  for (const auto& [id, session] : sessions_) ticking_.push_back(session);
  const auto now = now_ms();
  for (const auto& session : ticking_) session->tick(now);
  notice_hang_ups();
  ticking_.clear();
  ticks_ = loop_.after(kTick, [this] { tick(); });
}

/// Nothing is read from a connection while its request is with the handler, so an end of it shows in a look alone.
void ServerCore::notice_hang_ups() {
  polled_.clear();
  for (const auto& session : ticking_)
    polled_.push_back({session->in_handler_socket(), POLLRDHUP, 0});  // -1: not looked at
  if (::poll(polled_.data(), polled_.size(), 0) <= 0) return;
  for (std::size_t i = 0; i < polled_.size(); ++i)
    if (polled_[i].revents != 0) ticking_[i]->peer_left();
}

void ServerCore::stop(milliseconds grace, Task done) {
  stopping_ = true;
  stopped_ = std::move(done);
  error_code ignored;
  for (const auto& listener : listeners_) listener->acceptor.close(ignored);
  std::vector<std::shared_ptr<Session>> all;
  for (const auto& [id, session] : sessions_) all.push_back(session);
  for (const auto& session : all) session->wind_down();
  grace_ = loop_.after(grace, [this] {
    while (!sessions_.empty()) sessions_.begin()->second->close();
  });
  say_if_stopped();
}

void ServerCore::say_if_stopped() {
  if (!stopping_ || !sessions_.empty() || !stopped_) return;
  loop_.cancel(grace_);
  loop_.post(std::exchange(stopped_, nullptr));
}

void ServerCore::close_all() {
  closed_ = true;
  outbox_->close();
  error_code ignored;
  for (const auto& listener : listeners_) listener->acceptor.close(ignored);
  while (!sessions_.empty()) sessions_.begin()->second->close();
  loop_.cancel(ticks_);
  loop_.cancel(grace_);
  for (const auto& id : accept_retries_) loop_.cancel(id);
}

std::vector<Server::Counts> ServerCore::counts() const {
  std::vector<Server::Counts> out;
  for (const auto& listener : listeners_) out.push_back(listener->counts);
  return out;
}

}  // namespace handoff::net
