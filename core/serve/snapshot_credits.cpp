#include "core/serve/snapshot_credits.hpp"

#include <algorithm>

#include "core/config/vocabulary.hpp"
#include "core/model/identity.hpp"
#include "core/model/receipt_name.hpp"
#include "core/serve/views_receipt.hpp"

namespace handoff::serve {

namespace {

constexpr std::int64_t kRowsAtOnce = 1000;
constexpr std::string_view kCancelled = "cancelled by the source";

bool leaves_trace(const journal::EffectRow& effect) {
  return effect.op == "issue" || effect.op == "read" || effect.op == "record";
}

}  // namespace

std::string upper(std::string text) {
  for (char& c : text)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  return text;
}

Credits::Credits(journal::Reader& read, const engine::Setup& setup, const std::vector<Viewed>& systems,
                 std::int64_t since, std::int64_t until)
    : read_(read), setup_(setup), systems_(systems) {
  for (std::int64_t after = 0;;) {
    std::vector<journal::CreditRow> rows = read_.credits_since(since, after, kRowsAtOnce);
    if (rows.empty()) return;
    after = rows.back().no;
    for (journal::CreditRow& row : rows) {
      bool in_window = row.at < until && row.state != "tombstone";
      if (in_window && compared(row)) {
        add(std::move(row));
        continue;
      }
      if (in_window && row.source != kProbeSource) left_out_.push_back(row.ref);
      others_.insert(row.no);
      for (const journal::EffectRow& effect : read_.effects(row.no)) learn(effect);
    }
  }
}

bool Credits::compared(const journal::CreditRow& row) const {
  if (row.source == kProbeSource) return false;
  if (row.state == "cancelling" || row.state == "repairing" || row.cancel_noted) return false;
  return row.state != "closed" || row.reason.starts_with(kCancelled);
}

void Credits::add(journal::CreditRow row) {
  WindowCredit& one = all_[row.no];
  one.row = std::move(row);
  one.cancelled = one.row.state == "closed";
  if (one.row.customer != 0) one.owner = read_.customer_hub(one.row.customer);
  by_item_[upper(one.row.ref)] = one.row.no;
  learn_receipt(one.row);
  std::vector<journal::HopRow> hops = read_.hops(one.row.no);
  auto due = [&](const std::string& connector, const std::string& op) {
    if (std::optional<report::Side> side = side_of(setup_, connector, op)) one.due[report::at(*side)] = true;
  };
  for (const journal::HopRow& hop : hops) {
    if (const engine::Connector* connector = setup_.connector_by_id(hop.connector)) due(connector->name, hop.op);
    if (hop.booked) one.booked[hop.connector] = hop.booked->amount;
  }
  if (hops.empty())  // not routed yet: where it would go
    if (const routing::Route* route =
            routing::choose(setup_.routes, {"credit.issued", one.row.origin, one.row.balance_type}).route)
      for (const routing::Hop& hop : route->hops) due(hop.connector, hop.op);
  for (const Viewed& system : systems_) add_effects(one, system);
  for (const journal::EffectRow& effect : read_.effects(one.row.no)) {
    learn(effect);
    if (leaves_trace(effect)) one.effects[effect.connector].push_back(effect.no);
    bool tells = effect.op == "link" && effect.state == "verified" && !effect.linked.empty() && !one.owner.empty();
    if (!tells || one.customers.contains(effect.connector)) continue;
    one.customers[effect.connector] = effect.linked;
    customers_[{effect.connector, effect.linked}] = one.owner;
  }
}

void Credits::add_effects(WindowCredit& credit, const Viewed& system) {
  if (credit.row.customer == 0) return;
  std::string theirs = read_.customer_ref(credit.row.customer, system.id);
  if (!theirs.empty()) {
    credit.customers[system.id] = theirs;
    customers_[{system.id, theirs}] = credit.owner;
  }
  if (system.shape != Shape::balances) return;
  const engine::Connector* connector = setup_.connector_by_id(system.id);
  const OperationSheet* sheet = connector->operation("mirror");
  for (const journal::HopRow& hop : read_.hops(credit.row.no))
    if (hop.op == "mirror" && hop.connector == system.id)
      if (auto last = read_.last_effect("customer:" + credit.owner, hop.surface, "mirror"); last && sheet != nullptr)
        credit.effects[system.id] = {last->no};
}

/// What an effect's traces may be known by.
void Credits::learn(const journal::EffectRow& effect) {
  if (!leaves_trace(effect)) return;
  if (!effect.instrument.empty()) by_instrument_[{effect.connector, effect.instrument}] = effect.credit;
  EffectKey key{setup_.tenant, effect.subject, effect.surface, effect.op, static_cast<int>(effect.generation),
                effect.ordinal};
  by_reference_[call_key(key, "reference", 0)] = effect.credit;
  for (const journal::CallRow& call : read_.calls(effect.no)) by_reference_[call.key] = effect.credit;
}

std::int64_t Credits::by_item(const std::string& item) const {
  auto found = by_item_.find(item);
  return found == by_item_.end() ? 0 : found->second;
}

Credits::Owner Credits::owner_of(const Sighting& seen, const std::string& connector_id) const {
  auto ours = [this](std::int64_t credit) {
    return others_.contains(credit) ? Owner{Whose::left_out, 0} : Owner{Whose::ours, credit};
  };
  if (!seen.credit.empty()) {
    if (std::int64_t credit = by_item(upper(seen.credit)); credit != 0) return ours(credit);
    std::optional<std::string> id = credit_id_from_ref(seen.credit);
    if (id && read_.credit_by_id(*id)) return {Whose::left_out, 0};  // of another time
  }
  if (auto found = by_reference_.find(seen.reference); !seen.reference.empty() && found != by_reference_.end())
    return ours(found->second);
  if (auto found = by_instrument_.find({connector_id, seen.instrument}); found != by_instrument_.end())
    return ours(found->second);
  if (std::int64_t credit = by_receipt(seen); credit != 0) {
    Owner out = ours(credit);
    out.by_receipt = out.whose == Whose::ours;
    return out;
  }
  return {};
}

void Credits::learn_receipt(const journal::CreditRow& row) {
  if (row.store.empty() || row.transaction.empty()) return;
  std::set<std::string> forms;
  for (const std::string& day : {row.business_date, std::string()})
    for (const std::string& line : {row.line, std::string()})
      forms.insert(letters_digits(row.store + row.terminal + day + row.transaction + line));
  for (const std::string& form : forms) {
    auto [known, fresh] = by_receipt_.emplace(form, row.no);
    if (!fresh && known->second != row.no) known->second = 0;
  }
}

std::int64_t Credits::by_receipt(const Sighting& seen) const {
  for (const std::string* text : {&seen.credit, &seen.reference}) {
    auto found = by_receipt_.find(letters_digits(*text));
    if (text->empty() || found == by_receipt_.end() || found->second == 0) continue;
    const WindowCredit& credit = all_.at(found->second);
    const std::optional<Money>& told = seen.issued ? seen.issued : seen.amount;
    bool agrees = told && told->currency() == credit.row.amount.currency() &&
                  (seen.issued ? *told == credit.row.amount : told->minor() <= credit.row.amount.minor());
    if (agrees) return found->second;
  }
  return 0;
}

std::string Credits::customer_of(const WindowCredit& credit, const std::string& connector_id,
                                 const std::string& theirs) const {
  auto known = credit.customers.find(connector_id);
  if (theirs.empty() || known == credit.customers.end()) return {};  // nothing to hold it against
  for (std::string_view rest = theirs; !rest.empty();) {
    std::string_view one = rest.substr(0, rest.find(' '));
    rest.remove_prefix(std::min(one.size() + 1, rest.size()));
    if (one == known->second) return credit.owner;
  }
  auto other = customers_.find({connector_id, theirs});
  return other != customers_.end() ? other->second : "other-" + theirs;
}

}  // namespace handoff::serve
