#include "core/net/session.hpp"

#include <boost/asio/write.hpp>
#include <utility>

#include "core/net/halt.hpp"
#include "core/net/server_core.hpp"

namespace handoff::net {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
constexpr int kLingerMs = 2'000;
constexpr std::size_t kLingerBytesMax = 256 * 1024;

asio::const_buffer buffer(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace

Session::Session(ServerCore& core, Listener& listener, Socket socket, std::uint64_t id)
    : core_(core),
      listener_(listener),
      socket_(std::move(socket)),
      id_(id),
      reader_(listener.settings.header_bytes_max, listener.settings.body_bytes_max) {}

void Session::start() {
  error_code ec;
  socket_.non_blocking(true, ec);
  if (!ec) socket_.set_option(asio::ip::tcp::no_delay(true), ec);
  const auto from = socket_.remote_endpoint(ec);
  if (ec) return close();
  peer_ = from.address().to_string();
  await(Waits::request, listener_.settings.header_deadline_ms);
  if (listener_.tls) return handshake();
  read();
}

void Session::handshake() {
  await(Waits::handshake, listener_.settings.header_deadline_ms);
  tls_ = std::make_unique<asio::ssl::stream<Socket&>>(socket_, *listener_.tls);
  tls_in_ = std::make_unique<std::array<char, 4096>>();
  tls_->async_handshake(asio::ssl::stream_base::server, [self = shared_from_this()](const error_code& ec) {
    if (self->state_ == State::closed) return;
    if (ec) return self->close();
    self->await(Waits::request, self->listener_.settings.header_deadline_ms);
    self->read();
  });
}

// --- deadlines

void Session::await(Waits what, int within_ms) {
  waits_ = what;
  since_ms_ = ServerCore::now_ms();
  deadline_ms_ = since_ms_ + within_ms;
}

/// A deadline begins with its phase, not with each byte: dripping does not move it.
void Session::await_bytes() {
  const auto& settings = listener_.settings;
  if (reader_.idle()) {
    reader_.shrink();
    if (waits_ != Waits::request) await(Waits::request, settings.idle_ms);
  } else if (reader_.reading_body()) {
    if (waits_ != Waits::body) await(Waits::body, settings.body_deadline_ms);
  } else if (waits_ != Waits::head) {
    await(Waits::head, settings.header_deadline_ms);
  }
}

void Session::tick(std::int64_t now_ms) {
  if (state_ == State::closed || waits_ == Waits::nothing || now_ms < deadline_ms_) return;
  if (waits_ != Waits::head && waits_ != Waits::body) return close();
  error_code ignored;
  socket_.cancel(ignored);  // the read under way
  refuse(408, "too_slow", "the request took longer than allowed");
}

// --- reading

void Session::read() {
  if (tls_) return read_tls();
  // Waiting instead of reading: an idle connection holds no buffer.
  socket_.async_wait(Socket::wait_read, [self = shared_from_this()](const error_code& ec) {
    if (ec || self->state_ != State::reading) return;
    self->on_readable();
  });
}

void Session::on_readable() {
  auto& scratch = core_.scratch();
  error_code ec;
  const auto bytes = socket_.read_some(asio::buffer(scratch), ec);
  if (ec == asio::error::would_block) return read();
  if (ec) return close();
  reader_.append({scratch.data(), bytes});
  process();
}

void Session::read_tls() {
  tls_->async_read_some(asio::buffer(*tls_in_), [self = shared_from_this()](const error_code& ec, std::size_t bytes) {
    if (self->state_ != State::reading) return;
    if (ec) return self->close();
    self->reader_.append({self->tls_in_->data(), bytes});
    self->process();
  });
}

void Session::process() {
  while (state_ == State::reading) {
    switch (reader_.advance()) {
      case RequestReader::State::more:
        if (core_.stopping() && reader_.idle()) return close();
        await_bytes();
        return read();
      case RequestReader::State::expects_continue:
        say_continue();
        break;
      case RequestReader::State::failed: {
        const auto refusal = reader_.refusal();
        return refuse(refusal.status, refusal.code, refusal.message);
      }
      case RequestReader::State::complete:
        dispatch();
    }
  }
}

void Session::say_continue() {
  if (!tls_) {
    // 25 bytes into an empty send buffer; a peer whose buffer is full sends its body unasked or runs into a deadline.
    error_code ignored;
    socket_.write_some(buffer(kContinue), ignored);
    return;
  }
  state_ = State::writing;
  await(Waits::write, listener_.settings.write_deadline_ms);
  asio::async_write(*tls_, buffer(kContinue), [self = shared_from_this()](const error_code& ec, std::size_t) {
    if (self->state_ == State::closed) return;
    if (ec) return self->close();
    self->state_ = State::reading;
    self->process();
  });
}

// --- handling

void Session::dispatch() {
  auto request = reader_.take();
  request.peer_ = peer_;
  head_request_ = request.method() == "HEAD";
  auto& counts = listener_.counts;
  if (counts.in_flight >= listener_.settings.in_flight_max) {
    ++counts.shed;
    return write(error_response(503, "busy", "too many requests under way"), reader_.terms());
  }
  ++counts.in_flight;
  state_ = State::handling;
  waits_ = Waits::nothing;
  in_handler_ = true;
  try {
    listener_.handler(std::move(request), Responder(core_.outbox(), id_, ++serial_, hung_up_));
  } catch (...) {
    // Its responder was dropped on the way out, which is the answer.
  }
  in_handler_ = false;
  if (state_ != State::handling || !early_) return;
  auto response = std::move(*early_);
  early_.reset();
  left_handler();
  write(std::move(response), reader_.terms());
}

void Session::answer(std::uint32_t serial, ServerResponse response) {
  if (state_ != State::handling || serial != serial_ || early_) return;
  if (in_handler_) {
    early_ = std::move(response);
    return;
  }
  left_handler();
  write(std::move(response), reader_.terms());
  process();
}

void Session::left_handler() { --listener_.counts.in_flight; }

/// Answers what cannot be read on, and ends the connection so that the peer still gets the answer.
void Session::refuse(int status, std::string_view code, std::string_view message) {
  ++listener_.counts.refused;
  linger_after_ = true;
  head_request_ = false;
  write(error_response(status, code, message), {.http_1_1 = true, .keep_alive = false});
}

// --- writing

void Session::write(ServerResponse response, ResponseTerms terms) {
  if (is_halted()) return;
  if (response.status / 100 == 4 && listener_.settings.refused) listener_.settings.refused(peer_, response);
  terms.keep_alive = terms.keep_alive && !response.close && !core_.stopping();
  close_after_ = !terms.keep_alive;
  out_head_.clear();
  append_response_head(out_head_, response, terms);
  if (head_request_ || is_bodyless(response.status)) {
    out_body_.clear();
  } else {
    out_body_ = std::move(response.body);
  }
  state_ = State::writing;
  if (tls_) return write_tls();
  write_plain();
}

void Session::write_plain() {
  const std::array whole{buffer(out_head_), buffer(out_body_)};
  error_code ec;
  auto bytes = socket_.write_some(whole, ec);
  if (ec && ec != asio::error::would_block) return close();
  if (ec) bytes = 0;
  if (bytes == out_head_.size() + out_body_.size()) return written();
  const auto of_head = std::min(bytes, out_head_.size());
  write_rest({whole[0] + of_head, whole[1] + (bytes - of_head)});
}

void Session::write_rest(std::array<asio::const_buffer, 2> rest) {
  await(Waits::write, listener_.settings.write_deadline_ms);
  asio::async_write(socket_, rest, [self = shared_from_this()](const error_code& ec, std::size_t) {
    if (self->state_ == State::closed) return;
    if (ec) return self->close();
    self->written();
    self->process();
  });
}

void Session::write_tls() {
  await(Waits::write, listener_.settings.write_deadline_ms);
  out_head_.append(out_body_);  // one record
  asio::async_write(*tls_, asio::buffer(out_head_), [self = shared_from_this()](const error_code& ec, std::size_t) {
    if (self->state_ == State::closed) return;
    if (ec) return self->close();
    self->written();
    self->process();
  });
}

void Session::written() {
  out_body_ = {};
  if (linger_after_) return linger();
  if (close_after_) return close();
  state_ = State::reading;
  waits_ = Waits::nothing;
}

/// A close with unread input would reset the connection and take the answer from the peer. So: end our side, throw
/// away what still comes, for a while.
void Session::linger() {
  state_ = State::lingering;
  await(Waits::linger, kLingerMs);
  error_code ignored;
  socket_.shutdown(Socket::shutdown_send, ignored);
  drain_input();
}

void Session::drain_input() {
  socket_.async_wait(Socket::wait_read, [self = shared_from_this()](const error_code& ec) {
    if (self->state_ != State::lingering) return;
    error_code failed = ec;
    if (!failed) self->drained_ += self->socket_.read_some(asio::buffer(self->core_.scratch()), failed);
    const bool more = !failed || failed == asio::error::would_block;
    if (!more || self->drained_ > kLingerBytesMax) return self->close();
    self->drain_input();
  });
}

// --- ending

void Session::wind_down() {
  if (state_ == State::reading && reader_.idle()) close();
}

void Session::close() {
  if (state_ == State::closed) return;
  const auto self = shared_from_this();  // the core's reference may be the last
  if (state_ == State::handling) left_handler();
  state_ = State::closed;
  waits_ = Waits::nothing;
  peer_left();
  error_code ignored;
  socket_.close(ignored);
  --listener_.counts.connections;
  core_.forget(*this);
}

}  // namespace handoff::net
