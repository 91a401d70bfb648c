#include "core/net/server.hpp"

#include <utility>

#include "core/net/server_core.hpp"

namespace handoff::net {

Responder::Responder(std::shared_ptr<Outbox> outbox, std::uint64_t session, std::uint32_t serial,
                     std::shared_ptr<const std::atomic<bool>> hung_up)
    : outbox_(std::move(outbox)), session_(session), serial_(serial), hung_up_(std::move(hung_up)) {}

Responder::~Responder() {
  if (outbox_) respond(error_response(500, "internal", "the request was not answered"));
}

Responder& Responder::operator=(Responder&& other) noexcept {
  if (this == &other) return *this;
  if (outbox_) respond(error_response(500, "internal", "the request was not answered"));
  outbox_ = std::move(other.outbox_);
  session_ = other.session_;
  serial_ = other.serial_;
  hung_up_ = std::move(other.hung_up_);
  return *this;
}

void Responder::respond(ServerResponse response) {
  const auto outbox = std::exchange(outbox_, nullptr);
  if (outbox) outbox->put({session_, serial_, std::move(response)});
}

void respond_all(std::vector<Answer> answers) {
  std::shared_ptr<Outbox> outbox;
  std::vector<Outbox::Delivery> batch;
  for (auto& [to, response] : answers) {
    if (!to.outbox_) continue;
    if (to.outbox_ != outbox && !batch.empty()) outbox->put_all(std::exchange(batch, {}));
    outbox = std::exchange(to.outbox_, nullptr);
    batch.push_back({to.session_, to.serial_, std::move(response)});
  }
  if (outbox) outbox->put_all(std::move(batch));
}

Server::Server(IoLoop& loop) : loop_(loop) {
  loop_.run_and_wait([this] { core_ = std::make_shared<ServerCore>(loop_); });
}

Server::~Server() {
  loop_.run_and_wait([this] { core_->close_all(); });
  // Handlers of closed sockets may still look at the core: it goes after them.
  loop_.post([&loop = loop_, core = std::move(core_)]() mutable { loop.post([last = std::move(core)] {}); });
}

std::expected<std::uint16_t, std::string> Server::listen(ListenerSettings settings, Handler handler) {
  std::expected<std::uint16_t, std::string> port;
  loop_.run_and_wait([&] { port = core_->listen(std::move(settings), std::move(handler)); });
  return port;
}

void Server::stop(std::chrono::milliseconds grace, Task done) {
  loop_.post([core = core_, grace, done = std::move(done)]() mutable { core->stop(grace, std::move(done)); });
}

std::vector<Server::Counts> Server::counts() const {
  std::vector<Server::Counts> out;
  loop_.run_and_wait([&] { out = core_->counts(); });
  return out;
}

}  // namespace handoff::net
