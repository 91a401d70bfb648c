#include "core/net/connection.hpp"

#include <algorithm>
#include <utility>

namespace handoff::net {
namespace {

using std::chrono::milliseconds;

Send::Time limit_of(const Send& send, Send::Phase phase) {
  const auto& deadlines = send.out.deadlines;
  int ms = deadlines.total_ms;
  if (phase == Send::Phase::connecting) ms = std::min(ms, deadlines.connect_ms);
  if (phase == Send::Phase::talking && !send.exchange->answering()) ms = std::min(ms, deadlines.first_byte_ms);
  return send.started + milliseconds(ms);
}

const char* name_of(const Send& send) {
  switch (send.phase) {
    case Send::Phase::queued:
      return "in the queue";
    case Send::Phase::token:
      return "waiting for a token";
    case Send::Phase::signature:
      return "waiting for a signature";
    case Send::Phase::connecting:
      return "connect";
    default:
      return send.exchange && send.exchange->answering() ? "total" : "first byte";
  }
}

}  // namespace

Send::Send(Connection& connection, Outbound what, std::function<void(Result)> then, Time since)
    : owner(&connection),
      out(std::move(what)),
      done(std::move(then)),
      started(since),
      timer(connection.loop().impl().context) {}

void Send::on_bytes(ClientStream&, std::string_view bytes) { owner->answered(*this, bytes); }
void Send::on_closed(ClientStream&, bool clean, const std::string& why) { owner->lost(*this, clean, why); }

Connection::Connection(IoLoop& loop, ConnectionSettings settings, std::shared_ptr<Peer> peer, Credentials credentials,
                       Connection* token_connection)
    : loop_(loop),
      settings_(std::move(settings)),
      peer_(std::move(peer)),
      credentials_(std::move(credentials)),
      token_connection_(token_connection) {}

void Connection::start(Outbound out, std::function<void(Result)> done, Time since) {
  auto send = std::make_shared<Send>(*this, std::move(out), std::move(done), since);
  sends_.insert(send);
  if (down_) return fail(*send, "the transport is shutting down");
  if (under_way_ < settings_.concurrency_max) return begin(send);
  while (!queue_.empty() && queue_.front()->phase == Send::Phase::ended) queue_.pop_front();
  if (queue_.size() >= settings_.queue_max) return fail(*send, "queue: full");
  queue_.push_back(send);
  arm(*send, Send::Phase::queued);
}

void Connection::begin(const SendPtr& send) {
  ++under_way_;
  send->counted = true;
  send->auth = credentials_.fixed;
  if (credentials_.tokens) return await_token(send);
  sign(send);
}

// --- token: one fetch however many wait

void Connection::await_token(const SendPtr& send) {
  const auto now = std::chrono::steady_clock::now();
  if (const Headers* headers = tokens_.headers_at(now)) {
    send->auth.insert(send->auth.end(), headers->begin(), headers->end());
    send->token_generation = tokens_.generation();
    return sign(send);
  }
  if (const std::string* why = tokens_.resting_at(now)) return fail(*send, *why);
  awaiting_token_.push_back(send);
  arm(*send, Send::Phase::token);
  if (!tokens_.fetching()) fetch_token();
}

void Connection::fetch_token() {
  tokens_.begin_fetch();
  auto ask = [life = std::weak_ptr(life_)](Request request, std::function<void(Result)> then) {
    const auto alive = life.lock();
    if (!alive) return;
    Outbound out;
    out.request = std::move(request);
    out.reply_bytes_max = 64 * 1024;
    (*alive)->token_connection_->start(std::move(out), std::move(then), std::chrono::steady_clock::now());
  };
  credentials_.tokens->fetch(std::move(ask), [life = std::weak_ptr(life_)](Fetched fetched) {
    if (const auto alive = life.lock()) (*alive)->end_token(std::move(fetched));
  });
}

void Connection::end_token(Fetched fetched) {
  const auto ended = tokens_.end_fetch(std::move(fetched), std::chrono::steady_clock::now());
  for (const auto& send : std::exchange(awaiting_token_, {})) {
    if (send->phase == Send::Phase::ended) continue;
    if (ended) {
      await_token(send);
    } else {
      fail(*send, ended.error());
    }
  }
}

// --- signature: of this attempt alone

void Connection::sign(const SendPtr& send) {
  if (!credentials_.signer) return take_stream(send);
  arm(*send, Send::Phase::signature);
  if (send->phase == Send::Phase::ended) return;
  credentials_.signer->sign(send->out.request, peer_->url, [send](const std::expected<Headers, std::string>& made) {
    if (send->phase == Send::Phase::ended) return;
    if (!made) return send->owner->fail(*send, "signature: " + made.error());
    send->auth.insert(send->auth.end(), made->begin(), made->end());
    send->owner->take_stream(send);
  });
}

// --- stream: idle, or new

void Connection::take_stream(const SendPtr& send) {
  send->exchange.emplace(send->out.request, ExchangeContext{peer_->url.host_header, peer_->url.path, &send->auth,
                                                            send->out.reply_bytes_max});
  if (send->exchange->done()) return end(*send);
  send->stream = send->out.fresh ? nullptr : from_pool(true);
  if (!send->stream) send->stream = from_pool(false);
  if (send->out.fresh) open_spares();
  if (send->stream) return talk(send);
  connect(send);
}

/// The stream idle for the shortest time that has, or has not, carried a request.
Connection::StreamPtr Connection::from_pool(bool used) {
  for (std::size_t i = idle_.size(); i-- > 0;) {
    if (idle_[i]->used != used) continue;
    auto stream = std::move(idle_[i]);
    idle_.erase(idle_.begin() + static_cast<std::ptrdiff_t>(i));
    stream->attach(nullptr);
    if (stream->is_quiet()) return stream;
    stream->close();
  }
  return nullptr;
}

void Connection::connect(const SendPtr& send) {
  arm(*send, Send::Phase::connecting);
  if (send->phase == Send::Phase::ended) return;
  send->stream = std::make_shared<ClientStream>(loop_.impl().context, peer_);
  send->stream->open([this, send](const std::expected<void, std::string>& opened) {
    if (send->phase == Send::Phase::ended) return;
    if (!opened) return fail(*send, opened.error());
    talk(send);
  });
}

void Connection::talk(const SendPtr& send) {
  arm(*send, Send::Phase::talking);
  if (send->phase == Send::Phase::ended) return;
  send->stream->attach(send.get());
  send->stream->used = true;
  auto& exchange = *send->exchange;
  exchange.wrote_started();
  send->stream->write(exchange.to_write(), [send](std::size_t bytes) { send->exchange->wrote(bytes); });
}

void Connection::open_spares() {
  const auto spares = std::ranges::count_if(idle_, [](const auto& stream) { return !stream->used; });
  auto missing = static_cast<std::int64_t>(settings_.spare_max) - spares - static_cast<std::int64_t>(opening_.size());
  for (; missing > 0; --missing) {
    auto stream = std::make_shared<ClientStream>(loop_.impl().context, peer_);
    opening_.push_back(stream);
    stream->open([this, raw = stream.get()](const std::expected<void, std::string>& opened) {
      const auto at = std::ranges::find(opening_, raw, &StreamPtr::get);
      auto found = std::move(*at);
      opening_.erase(at);
      if (opened) keep(std::move(found));
    });
  }
}

// --- answer

void Connection::answered(Send& send, std::string_view bytes) {
  const bool first = !send.exchange->answering();
  send.exchange->received(bytes);
  if (send.exchange->done()) return end(send);
  if (first) arm(send, Send::Phase::talking);  // from here on only the total counts
}

void Connection::lost(Send& send, bool clean, const std::string& why) {
  send.exchange->closed(clean, why);
  end(send);
}

/// Enters a phase; if its deadline has passed already, the send ends here.
void Connection::arm(Send& send, Send::Phase phase) {
  send.phase = phase;
  const auto limit = limit_of(send, phase);
  if (std::chrono::steady_clock::now() >= limit) return on_deadline(send);
  send.timer.expires_at(limit);
  send.timer.async_wait([self = send.shared_from_this(), phase](const boost::system::error_code& ec) {
    if (ec || self->phase != phase) return;
    // The expiry may have moved after this handler was queued.
    if (self->timer.expiry() > std::chrono::steady_clock::now()) return;
    self->owner->on_deadline(*self);
  });
}

void Connection::on_deadline(Send& send) {
  const std::string which = name_of(send);
  if (!send.exchange) return fail(send, "timed out: " + which);
  send.exchange->timed_out(which);
  end(send);
}

void Connection::fail(Send& send, std::string_view error) {
  // Without an exchange nothing can have been written: a default Result is not_sent.
  if (send.exchange) {
    send.exchange->failed(error);
    return end(send);
  }
  send.exchange.emplace(Request{"GET", "/", {}, {}}, ExchangeContext{});
  send.exchange->failed(error);
  end(send);
}

void Connection::end(Send& send) {
  if (std::exchange(send.phase, Send::Phase::ended) == Send::Phase::ended) return;
  const auto self = send.shared_from_this();
  send.timer.cancel();
  sends_.erase(self);
  auto result = send.exchange->take_result();
  result.elapsed_us =
      std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - send.started).count();
  if (credentials_.tokens && result.ended == Ended::replied && credentials_.tokens->refuses(result.reply.status))
    tokens_.invalidate(send.token_generation);
  if (auto stream = std::exchange(send.stream, nullptr)) {
    stream->attach(nullptr);
    if (send.exchange->may_keep()) {
      keep(std::move(stream));
    } else {
      stream->close();
    }
  }
  if (send.counted) --under_way_;
  pump();
  std::exchange(send.done, nullptr)(std::move(result));
}

void Connection::pump() {
  if (std::exchange(pumping_, true)) return;
  while (under_way_ < settings_.concurrency_max && !queue_.empty()) {
    const auto next = std::move(queue_.front());
    queue_.pop_front();
    if (next->phase != Send::Phase::ended) begin(next);
  }
  pumping_ = false;
}

// --- pool

void Connection::keep(StreamPtr stream) {
  if (down_ || settings_.pool_max == 0) return stream->close();
  if (idle_.size() >= settings_.pool_max) {
    idle_.front()->attach(nullptr);
    idle_.front()->close();
    idle_.erase(idle_.begin());
  }
  stream->idle_since = std::chrono::steady_clock::now();
  stream->attach(this);
  idle_.push_back(std::move(stream));
}

/// Bytes nobody asked for: whatever they are, the next answer could not be told from them.
void Connection::on_bytes(ClientStream& stream, std::string_view) {
  stream.close();
  drop(stream);
}

void Connection::on_closed(ClientStream& stream, bool, const std::string&) { drop(stream); }

void Connection::drop(ClientStream& stream) {
  std::erase_if(idle_, [&stream](const auto& idle) { return idle.get() == &stream; });
}

void Connection::sweep(Time now) {
  const auto limit = now - milliseconds(settings_.idle_ms);
  std::erase_if(idle_, [limit](const auto& stream) {
    if (stream->idle_since > limit) return false;
    stream->attach(nullptr);
    stream->close();
    return true;
  });
}

void Connection::shut_down() {
  down_ = true;
  for (const auto& stream : std::exchange(idle_, {})) {
    stream->attach(nullptr);
    stream->close();
  }
  for (const auto& stream : std::exchange(opening_, {})) stream->close();
  while (!sends_.empty()) {
    const auto send = *sends_.begin();
    fail(*send, "the transport is shutting down");
  }
}

}  // namespace handoff::net
