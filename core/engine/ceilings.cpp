// Ceilings (INVARIANTS M9): above one, value is put into a pool only after a second person approved it.

#include "core/engine/engine.hpp"
#include "core/model/identity.hpp"
#include "core/model/receipt_name.hpp"
#include "core/model/sources.hpp"

namespace handoff::engine {

namespace {

const std::int64_t* limit_of(const routing::Limits& limits, const std::string& currency) {
  auto found = limits.find(currency);
  return found == limits.end() ? nullptr : &found->second;
}

/// M4: somebody wrote this receipt into the books by hand, and from there it was adopted before its register sent it. A number
/// says so, hence a person decides; one that is of a later day is another sale's.
std::string adopted_before(journal::Reader& read, const CreditRow& credit, std::int64_t utc_offset_ms) {
  const std::string& number = credit.transaction.empty() ? credit.unique_id : credit.transaction;
  if (credit.source == kManualSource || number.empty() || !read.has_refs(kManualSource, kAdopted)) return {};
  const ReceiptName receipt(credit.store, credit.terminal, credit.business_date, number, credit.line);
  if (receipt.number.empty()) return {};  // no letter or digit of ours: what is left would be the store's alone
  for (const std::string& name : receipt.all()) {
    auto adopted = read.credit_by_ref(kManualSource, kAdopted, adopted_name(credit.store, name));
    if (!adopted || adopted->state == "closed" || adopted->amount.currency() != credit.amount.currency()) continue;
    if (credit.business_date > date_from_days(static_cast<int>((adopted->at + utc_offset_ms) / kDayMs))) continue;
    return "an entry of the books under this receipt was adopted as " + adopted->ref + ", " + adopted->amount.text() +
           "; if it is the same, the customer has it already";
  }
  return {};
}

}  // namespace

/// What was issued today, by store and currency; "" for all stores. Read back from the effects when memory is new.
Issued& Engine::issued_today() {
  std::int64_t day = (now_ + setup_.utc_offset_ms) / kDayMs;
  if (issued_.day == day) return issued_;
  issued_ = Issued();
  issued_.day = day;
  for (const journal::Reader::StoreSum& sum : read().issued_since(day * kDayMs - setup_.utc_offset_ms)) {
    issued_.sums[{sum.store, sum.amount.currency()}] += sum.amount.minor();
    if (!sum.store.empty()) issued_.sums[{"", sum.amount.currency()}] += sum.amount.minor();
  }
  return issued_;
}

void Engine::count_issued(const CreditRow& credit) {
  if (issued_.day < 0) return;  // nobody has asked yet
  issued_.sums[{credit.store, credit.amount.currency()}] += credit.amount.minor();
  if (!credit.store.empty()) issued_.sums[{"", credit.amount.currency()}] += credit.amount.minor();
}

/// Empty if the credit may be issued by itself, else why a second person is asked.
std::string Engine::needs_approval(const CreditRow& credit) {
  if (std::string why = adopted_before(read(), credit, setup_.utc_offset_ms); !why.empty()) return why;
  const routing::Route* route = setup_.route(credit.route);
  const routing::Ceilings& ceilings = route ? route->ceilings : setup_.ceilings;
  const std::string& currency = credit.amount.currency();
  auto text = [&](std::int64_t limit) { return Money(limit, currency).text(); };
  const std::int64_t* each = limit_of(ceilings.per_credit, currency);
  if (each && credit.amount.minor() > *each)
    return credit.amount.text() + " is above the ceiling of " + text(*each) + " for one credit";
  const std::int64_t* store = limit_of(ceilings.per_store_day, currency);
  const std::int64_t* all = limit_of(ceilings.per_day, currency);
  if (store && !credit.store.empty() && issued_today().sums[{credit.store, currency}] + credit.amount.minor() > *store)
    return "with it store " + credit.store + " is above its ceiling of " + text(*store) + " a day";
  if (all && issued_today().sums[{"", currency}] + credit.amount.minor() > *all)
    return "with it the day is above the ceiling of " + text(*all);
  return {};
}

/// False if the hop waits for an approval now.
bool Engine::within_ceilings(const CreditRow& credit, const HopRow& hop) {
  if (hop.op != "issue" || !credit.approved_by.empty()) return true;
  std::string why = needs_approval(credit);
  if (why.empty()) return true;
  leave(credit.no, hop.id);
  journal::HopMoved held;
  held.credit = credit.no;
  held.hop = hop.id;
  held.state = "held";
  note(credit.id, "engine", held);
  open_case(credit, "approval", hop.id + ": " + why, "supervisor");
  touch(credit.no);
  return false;
}

}  // namespace handoff::engine
