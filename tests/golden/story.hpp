#pragma once
// A store with one credit of every fate, at fixed times under a fixed key, as the engine would have written it.

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "core/crypto/vault.hpp"
#include "core/journal/store.hpp"

namespace handoff::golden {

inline constexpr std::int64_t kStart = 1'795'428'000'000;      // 2026-11-23T10:00:00Z
inline constexpr std::int64_t kNow = kStart + 2 * 86'400'000;  // when the commands are run

class Story {
 public:
  /// Writes `path`, and `path`.key beside it.
  explicit Story(const std::string& path);
  /// All of the fates below, with tokens.
  void tell();
  void close() { store_.reset(); }

  void complete();   // 1: voucher looked up after a lost reply, linked, booked, mirrored
  void refused();    // 2: the books refused
  void nobody();     // 3: the register named no customer
  void under_way();  // 4: an answer is missing and the hop is late
  void cancelled();  // 5: closed; 6: a tombstone
  void tokens();
  void mistyped();  // not told with the others: the register named maria@nowhere.example, and nobody is found

  /// References by number.
  const std::string& ref(std::int64_t credit) const { return refs_.at(credit); }

 private:
  std::int64_t accept(const std::string& transaction, const Money& amount, const std::string& email);
  void resolve(std::int64_t credit, const std::string& hub);
  void route(std::int64_t credit);
  std::int64_t plan(std::int64_t credit, const std::string& hop, const std::string& op, const std::string& input);
  void send(std::int64_t effect, std::int64_t call, const std::string& label, int attempt, const std::string& request);
  void end(std::int64_t effect, std::int64_t call, int attempt, const std::string& outcome, const std::string& code,
           const std::string& error, std::int64_t elapsed_us);
  void reply(std::int64_t effect, std::int64_t call, const std::string& label, int status, const std::string& body);
  void verified(std::int64_t effect, const std::string& instrument, const std::string& how);
  void hop(std::int64_t credit, const std::string& id, const std::string& state, std::int64_t effect,
           std::int64_t version = 0);
  void move(std::int64_t credit, const std::string& state, const std::string& reason, bool active);
  void open_case(std::int64_t credit, const std::string& kind, const std::string& reason, const std::string& role);
  void seal(std::int64_t effect, std::int64_t call, const char* kind, const std::string& text);
  template <class Event>
  void note(std::int64_t credit, const Event& event) {
    store_->append(now_, credit == 0 ? std::string() : ids_.at(credit), "engine", event);
  }
  void at(std::int64_t ms) { now_ = kStart + ms; }

  std::unique_ptr<journal::Store> store_;
  std::optional<crypto::Vault> vault_;
  std::int64_t now_ = kStart;
  std::map<std::int64_t, std::string> ids_, refs_, keys_;  // keys_: sealed data keys by owner
  std::map<std::int64_t, journal::EffectPlanned> effects_;
  std::map<std::int64_t, Money> amounts_;
  std::map<std::int64_t, std::int64_t> customers_;
};

}  // namespace handoff::golden
