#pragma once
// A repair plan as plain values: for every item of an audit what is done about it, by whom, and at which amount.
// `reconcile` makes it (core/reconcile/plan.hpp), this folder prints it. Amounts are minor units.

#include <cstdint>
#include <handoff/sdk/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/report/audit.hpp"

namespace handoff::report {

inline constexpr int kPlanSchemaVersion = 1;

enum class Remedy : std::uint8_t {
  relink,      // link it to its customer at the platform; where that is impossible void, confirm the void, reissue
  identify,    // the hub holds it because it does not know whose it is: say who
  resume,      // the hub holds it at a system that refused or did not answer: go on
  show_again,  // the hub looks at the platform and shows the balance in the shop anew
  send_again,  // the system before has to send it again, under the same reference
  reissue,     // void, confirm the void, issue again what was removed
  take_back,   // void what is there too often or was cancelled, and read that back
  correct,     // change the entry of a system that only mirrors or books
  adopt,       // made by hand: issue it through the whole chain, or take it back
  block,       // keep it from being spent until both sides show the same
  none,
};
inline constexpr std::array<std::string_view, 11> kRemedyNames = {"relink",     "identify", "resume",    "show_again",
                                                                  "send_again", "reissue",  "take_back", "correct",
                                                                  "adopt",      "block",    "none"};

enum class By : std::uint8_t { hub, person, nobody };
inline constexpr std::array<std::string_view, 3> kByNames = {"hub", "person", "nobody"};

/// What `handoff repair --apply` does with an action: orders it, waits for a word, leaves it alone.
enum class Decision : std::uint8_t { act, ask, skip, hand, none };
inline constexpr std::array<std::string_view, 5> kDecisionNames = {"do", "ask", "skip", "hand", "none"};

template <class Enum>
constexpr std::size_t index_of(Enum value) {
  return static_cast<std::size_t>(value);
}

/// The hub's credit as it was when the plan was made. What is another when the plan runs stops the action.
struct HubView {
  std::string credit;     // "sc_..."
  std::string state;      // INVARIANTS E
  std::string available;  // "25.00", what the platform showed the hub last; empty: not read yet
  std::string customer;   // the hub's id; empty: none yet
  std::int64_t repairs = 0;
  std::int64_t case_no = 0;  // the oldest open one; 0: none
  std::string case_kind;
  std::string amount = {};  // "25.00 USD", as it was issued
  bool adopted = false;     // a hand-made entry became it; while a plan is made, and in no file
  friend bool operator==(const HubView&, const HubView&) = default;
};

struct PlanAction {
  std::string id;  // "rp-...", made of its findings' ids
  Remedy remedy = Remedy::none;
  By by = By::person;
  Decision decision = Decision::hand;
  std::vector<std::string> findings;
  Kind kind = Kind::missing;
  Cause cause = Cause::unexplained;
  std::string reference, instrument, currency, balance_type;
  std::int64_t amount = 0;  // issued
  std::int64_t stake = 0;   // what is lost, or too much, if nothing is done
  std::string issued_at, store, terminal, staff, author, customer;
  std::vector<std::string> evidence, steps;
  std::string why;       // why this, or why nobody can
  std::string approval;  // why a second person has to agree; empty: none has
  bool needs_customer = false;
  std::optional<HubView> hub;
};

struct Plan {
  std::string id;  // "pl-...", the digest of everything else
  std::string as_of;
  bool asked_hub = false;
  std::vector<std::string> limits;  // "100.00 USD": above it a second person agrees
  std::vector<PlanAction> actions;
  std::int64_t in_flight = 0;  // findings that are no gap yet
};

/// One currency: how much each can put right.
struct PlanTotal {
  std::string currency;
  std::array<Tally, kByNames.size()> by;
  Tally asks;  // of the hub's, those that wait for a word
};
std::vector<PlanTotal> totals(const Plan& plan);

/// docs/reference/repair-plan.schema.json, without "plan" when the id is empty.
json::Value plan_json(const Plan& plan);
/// The same with one action a line: what `--plan` writes.
std::string plan_text(const Plan& plan);
/// One action a line. `decision`, `email`, `phone` and `loyalty` are for people to write into.
std::string plan_csv(const Plan& plan);
/// One HTML file: no network, light and dark, printable.
std::string plan_html(const Plan& plan);

}  // namespace handoff::report
