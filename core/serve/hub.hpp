#pragma once
// The running hub: the engine on its thread, two readers on theirs, and the token table both kinds of request need.
// The io thread belongs to the caller.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>

#include "core/engine/engine.hpp"
#include "core/net/io_loop.hpp"
#include "core/net/server.hpp"
#include "core/serve/alerts.hpp"
#include "core/serve/refusals.hpp"
#include "core/serve/views_tasks.hpp"

namespace handoff::serve {

/// Who asks. Empty role: nobody we know.
struct Caller {
  std::string name, role, store;
  std::string problem;      // why this token may nothing
  bool showed_one = false;  // of nobody we know: a token, but none of ours
  bool is(std::initializer_list<std::string_view> roles) const {
    return problem.empty() && std::ranges::find(roles, std::string_view(role)) != roles.end();
  }
};

/// For who may not: 401 for nobody we know ("send ... and `token`"), else 403 with the reason.
net::ServerResponse turned_away(const Caller& caller, const std::string& token);

/// After a read that failed: nothing that was read is an answer, least of all that there is nothing. 503.
net::ServerResponse unread(const journal::Reader& read);

class Hub {
 public:
  struct Parts {
    std::unique_ptr<journal::Store> store;
    std::unique_ptr<crypto::Vault> vault;
    std::unique_ptr<engine::Clock> clock;
    std::unique_ptr<engine::Random> random;
    net::Transport* transport = nullptr;  // outlives the hub's threads: see stop()
    engine::Setup setup;
    std::string store_path;
    Ladder task_ladder;
    AlertRules alert_rules;
    std::function<void(const std::string&)> log;    // lines for people
    std::function<bool()> disk_has_reserve;         // J7
    std::function<void(const std::string&)> fatal;  // storage doubt: leave at once
  };

  /// Recovers and starts the threads.
  static std::expected<std::unique_ptr<Hub>, std::string> start(Parts parts, const std::string& version);
  ~Hub();
  /// Sends nothing more; whoever waits at a register is told at once how far the credit is. Call once, before land().
  void send_no_more();
  /// Waits until what is under way was answered and the outcome is stored: what is cut off here is in doubt at the next
  /// start. False if that took longer than `limit`. Call before stop().
  bool land(std::chrono::milliseconds limit);
  /// Ends the threads; nothing is decided or sent any more. The hub must outlive its transport's last word, so the
  /// transport is ended between this and the destructor.
  void stop();
  Hub(const Hub&) = delete;
  Hub& operator=(const Hub&) = delete;

  /// Into the engine's queue, webhooks into one of their own: however many come, a register waits for few of them. False if
  /// the queue is full: answer 503. [any thread]
  bool post(engine::Input input);
  /// Whose reader thread: what operators list may take long, and no register waits for it.
  enum class Desk { operators, registers };
  /// Runs there, over a read-only connection. False if its queue is full. Before it answers with what it read it looks at
  /// read.failed(). [any thread]
  bool query(std::function<void(journal::Reader&)> task, Desk desk = Desk::operators);
  /// Reads there, then does what `look` gave back. Who asked is told 503 instead if a read failed or the queue is full.
  /// [any thread]
  using Act = std::function<void()>;
  void ask(std::shared_ptr<net::Responder> who, std::function<Act(journal::Reader&)> look, Desk desk = Desk::operators);

  /// The caller behind "Bearer htk_..."; constant work for wrong and unknown tokens. [any thread]
  Caller caller(std::string_view authorization) const;
  /// The operators' reader reads the tokens anew before its next task; again and again, should it fail. [any thread]
  void tokens_changed() { tokens_stale_ = true; }

  const engine::Setup& setup() const { return setup_; }
  const Ladder& task_ladder() const { return parts_.task_ladder; }
  const AlertRules& alert_rules() const { return parts_.alert_rules; }
  const std::string& store_path() const { return parts_.store_path; }
  /// J7: no room for more than what is in flight, so registers get 503. On any thread; asks the file system.
  bool disk_is_full() const { return parts_.disk_has_reserve && !parts_.disk_has_reserve(); }
  /// What its listeners turned away. [any thread]
  Refusals& refusals() { return refusals_; }
  const crypto::Vault& vault() const { return *parts_.vault; }
  engine::EngineCounters counters() const;
  /// Unix ms. [any thread]
  std::int64_t now() const { return parts_.clock->wall_ms(); }
  /// When this process took up the work, Unix ms.
  std::int64_t started_at() const { return started_at_; }
  /// Milliseconds on a clock that never jumps. [any thread]
  std::int64_t boot_now() const { return parts_.clock->boot_ms(); }

 private:
  explicit Hub(Parts parts);
  void run_engine();
  void run_reader(Desk desk);
  std::function<void(journal::Reader&)> next_task(Desk desk);
  bool load_tokens(journal::Reader& read);

  static constexpr std::size_t kQueueMax = 20'000, kHooksMax = 1'000, kHooksPerTurn = 32;
  static constexpr std::size_t kQueriesMax = 1'000;

  Parts parts_;
  engine::Setup setup_;
  Refusals refusals_{parts_.log};
  std::int64_t started_at_ = parts_.clock->wall_ms();
  std::unique_ptr<engine::Engine> engine_;
  mutable std::mutex mutex_;
  std::condition_variable arrived_, gathered_, landed_;
  bool hurry_ = false;  // a register has come and waits for the next turn
  std::vector<engine::Input> inputs_;
  std::deque<engine::Input> hooks_;
  bool landing_ = false, landed_all_ = false, stopping_ = false;
  engine::EngineCounters counters_;

  std::mutex query_mutex_;
  std::condition_variable query_arrived_;
  std::map<Desk, std::deque<std::function<void(journal::Reader&)>>> queries_;

  using Tokens = std::map<std::string, Caller>;  // by SHA-256, hex
  mutable std::mutex tokens_mutex_;
  std::shared_ptr<const Tokens> tokens_ = std::make_shared<Tokens>();
  std::atomic<bool> tokens_stale_ = false;

  std::thread engine_thread_;
  std::vector<std::thread> reader_threads_;
};

}  // namespace handoff::serve
