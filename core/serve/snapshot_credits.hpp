#pragma once
// The credits of a snapshot's window as the journal knows them, and which of them a system's record is about.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/journal/reader.hpp"
#include "core/serve/snapshot.hpp"

namespace handoff::serve {

/// As findings name a reference.
std::string upper(std::string text);

/// A credit of the window.
struct WindowCredit {
  journal::CreditRow row;
  std::string owner;           // the hub's id of the customer; empty: nobody's
  report::BySide<bool> due{};  // its plan leads there
  bool cancelled = false;      // by its source, and over
  /// By connector (immutable id): the effects whose traces are there, and what that system calls its customer.
  std::map<std::string, std::vector<std::int64_t>> effects;
  std::map<std::string, std::string> customers;
  std::map<std::string, Money> booked;  // where that is in another currency than the credit
};

class Credits {
 public:
  /// Those that came in [since, until); Unix ms. What is on its way back just now, what ended in another way than by its
  /// source, and what is no credit of a register are left out: `left_out` has their references.
  Credits(journal::Reader& read, const engine::Setup& setup, const std::vector<Viewed>& systems, std::int64_t since,
          std::int64_t until);

  const std::map<std::int64_t, WindowCredit>& all() const { return all_; }
  const std::vector<std::string>& left_out() const { return left_out_; }

  enum class Whose { ours, left_out, nobodys };
  struct Owner {
    Whose whose = Whose::nobodys;
    std::int64_t credit = 0;
    bool by_receipt = false;
  };
  /// By the credit's own reference, else by that of an effect, else by the instrument. An entry that carries nothing of the
  /// hub's is a credit's if it names that receipt (store, register, business day, transaction, line, in this order and
  /// however they are joined), no other credit of the window has the like, and its amount agrees.
  Owner owner_of(const Sighting& seen, const std::string& connector_id) const;
  /// Whether an effect that the journal knows of a credit made this instrument there.
  bool has_made(const std::string& instrument, const std::string& connector_id) const {
    return by_instrument_.contains({connector_id, instrument});
  }
  /// A credit of the window by its public reference in upper case, as findings name it; 0: none.
  std::int64_t by_item(const std::string& item) const;
  /// The hub's customer that a system means: empty, ours, or "other-" and what that system calls them.
  std::string customer_of(const WindowCredit& credit, const std::string& connector_id, const std::string& theirs) const;

 private:
  void learn_receipt(const journal::CreditRow& row);
  std::int64_t by_receipt(const Sighting& seen) const;
  void add(journal::CreditRow row);
  void add_effects(WindowCredit& credit, const Viewed& system);
  void learn(const journal::EffectRow& effect);
  bool compared(const journal::CreditRow& row) const;

  journal::Reader& read_;
  const engine::Setup& setup_;
  const std::vector<Viewed>& systems_;
  std::map<std::int64_t, WindowCredit> all_;
  std::map<std::string, std::int64_t> by_item_;
  std::map<std::string, std::int64_t> by_reference_;                           // of effects and their calls
  std::map<std::pair<std::string, std::string>, std::int64_t> by_instrument_;  // connector, instrument
  std::map<std::pair<std::string, std::string>, std::string> customers_;       // connector, its id -> the hub's
  std::map<std::string, std::int64_t> by_receipt_;                             // 0: of several
  std::set<std::int64_t> others_;                                              // known, and not compared
  std::vector<std::string> left_out_;
};

}  // namespace handoff::serve
