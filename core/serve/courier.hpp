#pragma once
// Carries alerts to people (ADR 0016), on a thread of its own that may block: a mail server that does not answer holds up
// nothing but messages. What was told is journalled by the engine, after it went out: a hub that is killed in between
// sends the same message once more, with the same id.

#include <atomic>
#include <condition_variable>
#include <expected>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "core/engine/input.hpp"
#include "core/serve/alerts.hpp"

namespace handoff::serve {

/// A way on which messages leave. One thread at a time; may block for some seconds.
class AlertChannel {
 public:
  virtual ~AlertChannel() = default;
  /// `to`: addresses, where the channel has any. The error says why it was not taken, without a secret.
  virtual std::expected<void, std::string> send(const AlertMessage& message, const std::vector<std::string>& to) = 0;
};
using AlertChannels = std::map<std::string, std::unique_ptr<AlertChannel>>;

class Courier {
 public:
  struct Parts {
    AlertRules rules;
    AlertChannels channels;
    std::string store_path;
    const crypto::Vault* vault = nullptr;  // for masked hints; null: none. Outlives the courier, as the clocks do
    engine::Clock* clock = nullptr;
    std::function<bool(engine::Input)> post;  // into the engine's queue; false: it is full
    std::function<void(const std::string&)> log;
  };

  /// Reads what was told before.
  static std::expected<std::unique_ptr<Courier>, std::string> open(Parts parts);
  ~Courier();
  Courier(const Courier&) = delete;
  Courier& operator=(const Courier&) = delete;

  /// From here on its thread calls pass(), within a second of a change.
  void start();
  /// Sends what is due. [the courier's thread; in tests the caller's]
  void pass();
  /// Sends a message that is marked as a test; `answer` on the courier's thread. [any thread]
  using Answer = std::function<void(std::expected<void, std::string>)>;
  void test(const std::string& channel, const std::vector<std::string>& to, Answer answer);

 private:
  explicit Courier(Parts parts);
  struct Test {
    std::string channel;
    std::vector<std::string> to;
    Answer answer;
  };
  struct Pause {
    int tries = 0;
    std::int64_t until = 0;  // boot ms
  };
  struct Note {
    engine::AlertNote note;
    std::int64_t posted_at = 0;  // boot ms
    std::shared_ptr<std::atomic<bool>> kept;
  };

  void run();
  bool wait();
  bool unread();
  void take_tests();
  bool send_next(journal::Reader& read, const std::vector<AlertGroup>& groups, std::int64_t now_ms);
  std::expected<void, std::string> send(const std::string& channel, const AlertMessage& message,
                                        const std::vector<std::string>& to, std::vector<journal::AlertTold> told);
  void say_settled(const std::vector<AlertGroup>& groups, std::int64_t now_ms);
  void remember(const journal::AlertTold& told, std::int64_t now_ms);
  void seen(const std::string& channel, const std::string& error, engine::AlertNote& note);
  bool paused(const std::string& channel) const;
  void post(engine::AlertNote note);
  void post_again();

  Parts parts_;
  std::unique_ptr<journal::ReadOnlyStore> store_;
  std::string unread_;                   // why the store could not be read at the last try
  std::vector<journal::AlertRow> told_;  // as the journal will have it
  std::vector<journal::AlertChannelRow> channels_;
  std::map<std::string, Pause> pauses_;
  std::vector<Note> notes_;     // posted, and not known to be kept
  std::int64_t looked_ms_ = 0;  // how long the last look took

  std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<Test> tests_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace handoff::serve
