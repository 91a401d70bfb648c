#include "core/serve/hub.hpp"

#include <chrono>
#include <limits>

#include "core/net/http_text.hpp"
#include "core/serve/views_token.hpp"

namespace handoff::serve {

net::ServerResponse turned_away(const Caller& caller, const std::string& token) {
  if (caller.role.empty()) {
    net::ServerResponse out = net::error_response(
        401, "unauthorized",
        caller.showed_one ? "this token is not known here, or was revoked; show " + token + " of this hub"
                          : "send Authorization: Bearer and " + token);
    out.headers.emplace_back("WWW-Authenticate", "Bearer");  // RFC 9110, 15.5.2
    return out;
  }
  return net::error_response(403, "forbidden",
                             caller.problem.empty()
                                 ? "this token has the role " + caller.role + ", and this wants " + token
                                 : "this token is refused: " + caller.problem);
}

net::ServerResponse unread(const journal::Reader& read) {
  return net::error_response(503, "unavailable",
                             "the store cannot be read just now (" + read.problem() + "); ask again");
}

Hub::Hub(Parts parts) : parts_(std::move(parts)), setup_(std::move(parts_.setup)) {}

std::expected<std::unique_ptr<Hub>, std::string> Hub::start(Parts parts, const std::string& version) {
  std::unique_ptr<Hub> hub(new Hub(std::move(parts)));
  Hub* self = hub.get();
  engine::Services services{*hub->parts_.store,
                            *hub->parts_.vault,
                            *hub->parts_.clock,
                            *hub->parts_.random,
                            *hub->parts_.transport,
                            [self](engine::Input input) {
                              {
                                std::scoped_lock lock(self->mutex_);
                                self->inputs_.push_back(std::move(input));
                              }
                              self->arrived_.notify_one();
                            },
                            hub->parts_.log,
                            hub->parts_.disk_has_reserve};
  hub->engine_ = std::make_unique<engine::Engine>(hub->setup_, std::move(services));
  if (auto recovered = hub->engine_->recover(version); !recovered)
    return std::unexpected(hub->parts_.store_path + ": " + recovered.error() +
                           (hub->disk_is_full() ? "; its disk is full: make room, then start again" : ""));
  if (!hub->load_tokens(hub->parts_.store->read()))
    return std::unexpected(hub->parts_.store_path +
                           ": its tokens cannot be read: " + hub->parts_.store->read().problem());
  hub->engine_thread_ = std::thread([self] { self->run_engine(); });
  for (Desk desk : {Desk::operators, Desk::registers})
    hub->reader_threads_.emplace_back([self, desk] { self->run_reader(desk); });
  return hub;
}

Hub::~Hub() { stop(); }

void Hub::send_no_more() {
  std::scoped_lock lock(mutex_);
  landing_ = true;
  arrived_.notify_all();
  gathered_.notify_all();
}

bool Hub::land(std::chrono::milliseconds limit) {
  std::unique_lock lock(mutex_);
  return landed_.wait_for(lock, limit, [this] { return landed_all_; });
}

void Hub::stop() {
  {
    std::scoped_lock lock(mutex_, query_mutex_);
    stopping_ = true;
  }
  arrived_.notify_all();
  gathered_.notify_all();
  query_arrived_.notify_all();
  if (engine_thread_.joinable()) engine_thread_.join();
  for (std::thread& reader : reader_threads_)
    if (reader.joinable()) reader.join();
}

bool Hub::post(engine::Input input) {
  if (auto* submission = std::get_if<engine::Submission>(&input))
    submission->prepared = engine::prepare(*submission, setup_, vault());
  bool hurry = false, hook = std::holds_alternative<engine::Webhook>(input);
  {
    std::scoped_lock lock(mutex_);
    if (stopping_ || (hook ? hooks_.size() >= kHooksMax : inputs_.size() >= kQueueMax)) return false;
    hurry = hurry_ = hurry_ || std::holds_alternative<engine::Submission>(input);
    hook ? hooks_.push_back(std::move(input)) : inputs_.push_back(std::move(input));
  }
  arrived_.notify_one();  // without the lock: who wakes would wait for it at once
  if (hurry) gathered_.notify_one();
  return true;
}

bool Hub::query(std::function<void(journal::Reader&)> task, Desk desk) {
  std::scoped_lock lock(query_mutex_);
  std::deque<std::function<void(journal::Reader&)>>& waiting = queries_[desk];
  if (waiting.size() >= kQueriesMax || stopping_) return false;
  waiting.push_back(std::move(task));
  query_arrived_.notify_all();
  return true;
}

void Hub::ask(std::shared_ptr<net::Responder> who, std::function<Act(journal::Reader&)> look, Desk desk) {
  auto task = [who, look = std::move(look)](journal::Reader& read) {
    Act act = look(read);
    if (read.failed()) return who->respond(unread(read));
    act();
  };
  if (!query(std::move(task), desk))
    who->respond(net::error_response(503, "unavailable", "too many questions at once; ask again"));
}

namespace {

/// Until tokens that could not be read are read again.
constexpr auto kTokensAgain = std::chrono::seconds(1);
/// Of a store that cannot be read, whoever asks.
constexpr std::int64_t kSaidAgainMs = 60'000;

/// Where no register waits, what arrives this soon after a turn shares the next one and its sync: a sync costs more
/// than deciding on an input.
constexpr auto kGather = std::chrono::milliseconds(4);

/// Which file, and what to do where the next start will meet the same.
std::string doubted(const std::string& store, const std::string& why) {
  constexpr const char* kLook = "; what is whole of it says: handoff store verify";
  return store + ": " + why + (why.contains("malformed") ? kLook : "");
}

}  // namespace

void Hub::run_engine() {
  std::vector<engine::Input> batch;
  std::uint64_t commits = 0;
  bool landing = false;
  while (true) {
    {
      std::unique_lock lock(mutex_);
      counters_ = engine_->counters();
      if (landing && (landed_all_ = !engine_->in_flight())) landed_.notify_all();
      std::int64_t due = engine_->next_due();
      std::int64_t now = parts_.clock->boot_ms();
      auto ready = [this, landing] { return !inputs_.empty() || !hooks_.empty() || stopping_ || landing_ != landing; };
      if (due == std::numeric_limits<std::int64_t>::max())
        arrived_.wait(lock, ready);
      else if (due > now)
        arrived_.wait_for(lock, std::chrono::milliseconds(due - now), ready);
      bool wrote = engine_->counters().commits != std::exchange(commits, engine_->counters().commits);
      if (wrote && !engine_->awaited()) gathered_.wait_for(lock, kGather, [this] { return stopping_ || hurry_; });
      if (stopping_) return;
      if (!std::exchange(landing, landing_) && landing_) engine_->send_no_more();
      hurry_ = false;
      batch.clear();
      batch.swap(inputs_);
      for (std::size_t taken = 0; taken < kHooksPerTurn && !hooks_.empty(); ++taken, hooks_.pop_front())
        batch.push_back(std::move(hooks_.front()));
    }
    engine::Turn turn = engine_->turn(std::move(batch));
    if (turn.fatal) return parts_.fatal(doubted(parts_.store_path, turn.error));
    batch = {};
  }
}

void Hub::run_reader(Desk desk) {
  std::string error;
  std::unique_ptr<journal::ReadOnlyStore> store = journal::ReadOnlyStore::open(parts_.store_path, error);
  if (!store) return parts_.fatal(error);
  std::string said;
  std::int64_t said_at = 0;
  // A connection that went on after an error would read nothing, and call that an answer.
  auto mend = [&] {
    std::string problem = store->start_over();
    std::int64_t now = parts_.clock->boot_ms();
    if (problem.empty() || (problem == said && now - said_at < kSaidAgainMs)) return;
    parts_.log("the store cannot be read, and who asks is told so: " + problem);
    said = std::move(problem);
    said_at = now;
  };
  while (std::function<void(journal::Reader&)> task = next_task(desk)) {
    if (desk == Desk::operators && tokens_stale_.exchange(false) && !load_tokens(store->read())) {
      tokens_stale_ = true;
      mend();
    }
    task(store->read());
    mend();
  }
}

/// Nothing: it is time to go.
std::function<void(journal::Reader&)> Hub::next_task(Desk desk) {
  std::unique_lock lock(query_mutex_);
  std::deque<std::function<void(journal::Reader&)>>& waiting = queries_[desk];
  auto ready = [this, &waiting] { return !waiting.empty() || stopping_; };
  bool again = desk == Desk::operators && tokens_stale_;
  if (again)
    query_arrived_.wait_for(lock, kTokensAgain, ready);
  else
    query_arrived_.wait(lock, ready);
  if (stopping_) return {};
  if (waiting.empty()) return [](journal::Reader&) {};  // the tokens alone
  std::function<void(journal::Reader&)> task = std::move(waiting.front());
  waiting.pop_front();
  return task;
}

Caller Hub::caller(std::string_view authorization) const {
  constexpr std::string_view kScheme = "Bearer ";  // in any case: RFC 9110, 11.1
  if (!net::iequals(authorization.substr(0, kScheme.size()), kScheme)) return {};
  std::string hash = token_hash(authorization.substr(kScheme.size()));
  std::shared_ptr<const Tokens> tokens;
  {
    std::scoped_lock lock(tokens_mutex_);
    tokens = tokens_;
  }
  auto found = tokens->find(hash);
  Caller stranger;
  stranger.showed_one = true;
  return found == tokens->end() ? stranger : found->second;
}

/// False: they could not be read, and those that were known still count.
bool Hub::load_tokens(journal::Reader& read) {
  auto fresh = std::make_shared<Tokens>();
  for (const journal::TokenRow& row : read.tokens())
    if (!row.revoked) (*fresh)[row.hash] = Caller{row.name, row.role, row.store, role_problem(row.role, row.store)};
  if (read.failed()) return false;
  std::scoped_lock lock(tokens_mutex_);
  tokens_ = std::move(fresh);
  return true;
}

engine::EngineCounters Hub::counters() const {
  std::scoped_lock lock(mutex_);
  return counters_;
}

}  // namespace handoff::serve
