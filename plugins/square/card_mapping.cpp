#include "card_mapping.hpp"

#include <algorithm>

#include "mapping.hpp"

namespace handoff::square {

namespace {

constexpr std::size_t kGanMax = 20;

json::Value activity_body(const std::string& key, const std::string& location, const std::string& card,
                          const char* type, const char* details_name, json::Object details) {
  json::Object activity;
  activity.set("type", type);
  activity.set("location_id", location);
  activity.set("gift_card_id", card);
  activity.set(details_name, std::move(details));
  json::Object body;
  body.set("idempotency_key", key);
  body.set("gift_card_activity", std::move(activity));
  return json::Value(std::move(body));
}

/// The money an activity of this type moves, or nothing.
std::optional<Money> moved(const json::Value& activity, const char* details) {
  return to_money(activity.at(details).at("amount_money"));
}

/// Activities that put value on a card which was not spent from it before (spec: GiftCardActivityType).
struct Put {
  const char* type;
  const char* details;
};
constexpr Put kPuts[] = {{"ACTIVATE", "activate_activity_details"},
                         {"LOAD", "load_activity_details"},
                         {"ADJUST_INCREMENT", "adjust_increment_activity_details"},
                         {"UNLINKED_ACTIVITY_REFUND", "unlinked_activity_refund_activity_details"},
                         {"IMPORT", "import_activity_details"},
                         {"TRANSFER_BALANCE_TO", "transfer_balance_to_activity_details"}};

/// False where the sum ends: another currency, or more than 64 bits.
bool add_to(std::optional<Money>& sum, const std::optional<Money>& more) {
  if (!more) return true;  // an activity may come without its amount: what it did is in the balance after it
  if (!sum) sum = Money(0, more->currency());
  std::int64_t total = 0;
  if (sum->currency() != more->currency() || __builtin_add_overflow(sum->minor(), more->minor(), &total)) return false;
  sum = Money(total, sum->currency());
  return true;
}

}  // namespace

std::string gan_of(std::string_view code) {
  if (code.size() <= kGanMax) return std::string(code);
  std::size_t at = 0;
  while (at + kGanMax < code.size() && code[at] >= '0' && code[at] <= '9') ++at;
  return std::string(code.substr(at, kGanMax));
}

std::string card_state(std::string_view state) {
  if (state == "ACTIVE") return "active";
  if (state == "PENDING" || state == "NOT_ACTIVE") return "pending";  // the latter in older examples of the spec
  if (state == "BLOCKED") return "inactive";
  if (state == "DEACTIVATED") return "void";
  return "unknown";
}

std::string holders_of(const json::Value& card) {
  std::string out;
  for (const json::Value& id : card.at("customer_ids").as_array()) {
    if (!out.empty()) out += ' ';
    out += id.as_string();
  }
  return out;
}

std::optional<Sighting> to_card(const json::Value& card) {
  std::optional<Money> balance = to_money(card.at("balance_money"));
  if (card.at("id").as_string().empty() || card.at("state").as_string().empty() || !balance) return std::nullopt;
  Sighting out;
  out.instrument = card.at("id").as_string();
  out.amount = balance;
  out.state = card_state(card.at("state").as_string());
  out.customer = holders_of(card);
  out.made = card.at("created_at").as_string();
  return out;
}

std::optional<Sighting> to_activation(const json::Value& activity) {
  if (activity.at("type").as_string() != "ACTIVATE" || activity.at("gift_card_id").as_string().empty())
    return std::nullopt;
  Sighting out;
  out.instrument = activity.at("gift_card_id").as_string();
  out.issued = moved(activity, "activate_activity_details");
  out.reference = activity.at("activate_activity_details").at("reference_id").as_string();
  return out;
}

bool History::add(const json::Value& activity) {
  std::string_view type = activity.at("type").as_string();
  std::optional<Money> after = to_money(activity.at("gift_card_balance_money"));
  if (activity.at("id").as_string().empty() || type.empty() || !after) return false;
  bool summed = true, known = type == "BLOCK" || type == "UNBLOCK" || type == "DEACTIVATE";
  for (const Put& put : kPuts)
    if (type == put.type) {
      std::optional<Money> amount = moved(activity, put.details);
      summed = add_to(issued_, amount);
      began_ = true;
      known = amount.has_value();
    }
  if (type == "ACTIVATE") reference_ = activity.at("activate_activity_details").at("reference_id").as_string();
  if (type == "REDEEM" || type == "REFUND") {
    summed = type == "REDEEM" ? redeemed(activity) : refunded(activity);
    known = moved(activity, type == "REDEEM" ? "redeem_activity_details" : "refund_activity_details").has_value();
  }
  whole_ = whole_ && known;
  if (type == "DEACTIVATE") removed_ = canceled_ ? by_sums() : balance_;
  balance_ = after;
  return summed;
}

/// Of Square's own register it is PENDING until the payment is captured, and CANCELED if it never is; the row is then
/// updated, and no other tells that the money is back. (spec: GiftCardActivityRedeemStatus)
bool History::redeemed(const json::Value& activity) {
  const char* details = "redeem_activity_details";
  std::string_view status = activity.at(details).at("status").as_string();
  canceled_ = canceled_ || status == "CANCELED";
  pending_ = pending_ || status == "PENDING";
  if (status == "CANCELED") return true;
  redeems_.emplace_back(activity.at("id").as_string());
  return add_to(redeemed_, moved(activity, details));
}

/// Whether the balances in the list follow when a redemption is canceled is not documented.
std::optional<Money> History::by_sums() const {
  if (!whole_ || !issued_) return std::nullopt;
  if (!redeemed_) return issued_;
  if (redeemed_->currency() != issued_->currency()) return std::nullopt;
  return Money(issued_->minor() - redeemed_->minor(), issued_->currency());
}

/// What was spent from this card comes back; a payment of another kind that is refunded to a card is new value on it
/// (spec: GiftCardActivityRefund.redeem_activity_id).
bool History::refunded(const json::Value& activity) {
  const char* details = "refund_activity_details";
  std::optional<Money> back = moved(activity, details);
  std::string_view redeem = activity.at(details).at("redeem_activity_id").as_string();
  bool spent_here = std::find(redeems_.begin(), redeems_.end(), redeem) != redeems_.end();
  if (!spent_here) return add_to(issued_, back);
  return !back || add_to(redeemed_, back->negated());
}

bool History::tell(Sighting& card) const {
  card.reference = reference_;
  card.issued = issued_;
  card.redeemed = redeemed_;
  if (card.state == "active") return began_;
  if (card.state != "void") return true;
  if (pending_) return false;  // whether it was spent or taken away
  card.removed = removed_;
  return removed_.has_value();
}

std::optional<Hint> to_hint(const json::Value& activity) {
  std::string_view type = activity.at("type").as_string(), id = activity.at("id").as_string();
  if (type == "ACTIVATE") return std::nullopt;
  Hint out;
  if (!id.empty()) out.id = "activity:" + std::string(id);
  if (!type.empty()) out.type = std::string(kMoved) + std::string(type);
  out.object = activity.at("gift_card_id").as_string();
  return out;
}

std::string movement_of(std::string_view hint_type) {
  std::string_view type = hint_type.substr(std::min(kMoved.size(), hint_type.size()));
  if (type == "REDEEM") return "credit.redeemed";
  if (type == "REFUND" || type == "UNLINKED_ACTIVITY_REFUND") return "credit.refunded";
  return type == "DEACTIVATE" ? "credit.voided" : "credit.adjusted";
}

json::Value create_body(const std::string& key, const std::string& location, std::string_view code) {
  json::Object card;
  card.set("type", "DIGITAL");
  card.set("gan_source", "OTHER");
  card.set("gan", gan_of(code));
  json::Object body;
  body.set("idempotency_key", key);
  body.set("location_id", location);
  body.set("gift_card", std::move(card));
  return json::Value(std::move(body));
}

json::Value activate_body(const std::string& key, const std::string& location, const std::string& card,
                          const IssueInput& in) {
  json::Object money;
  money.set("amount", in.amount.minor());
  money.set("currency", in.amount.currency());
  json::Array paid_by;
  paid_by.emplace_back("store-credit");  // required of those who take the payment themselves; nothing was paid here
  json::Object details;
  details.set("amount_money", std::move(money));
  details.set("reference_id", in.reference);
  details.set("buyer_payment_instrument_ids", std::move(paid_by));
  return activity_body(key, location, card, "ACTIVATE", "activate_activity_details", std::move(details));
}

json::Value deactivate_body(const std::string& key, const std::string& location, const std::string& card) {
  json::Object details;
  details.set("reason", "SUSPICIOUS_ACTIVITY");  // of its three reasons the only one that may be written
  return activity_body(key, location, card, "DEACTIVATE", "deactivate_activity_details", std::move(details));
}

json::Value search_body(const char* field, const std::string& value) {
  json::Object exact, filter, query, body;
  exact.set("exact", value);
  filter.set(field, std::move(exact));
  query.set("filter", std::move(filter));
  body.set("limit", 100);
  body.set("query", std::move(query));
  return json::Value(std::move(body));
}

json::Value changed_body(const std::string& since, const json::Value& cursor) {
  json::Object changed, filter, sort, query, body;
  changed.set("start_at", since);
  filter.set("updated_at", std::move(changed));
  sort.set("field", "CREATED_AT").set("order", "ASC");
  if (!since.empty()) query.set("filter", std::move(filter));
  query.set("sort", std::move(sort));
  body.set("limit", 100);
  body.set("query", std::move(query));
  if (!cursor.is_null()) body.set("cursor", cursor);
  return json::Value(std::move(body));
}

std::string to_told(const json::Value& notification) {
  const json::Value& data = notification.at("data");
  std::string out(data.at("id").as_string());
  std::string_view into = data.at("object").at("event_context").at("merge").at("to_customer_id").as_string();
  bool merged = notification.at("type").as_string() == "customer.deleted" && !into.empty();
  return merged && !out.empty() ? out.append(" ").append(into) : out;
}

CustomerInfo to_candidate(const json::Value& customer) {
  CustomerInfo out;
  out.id = customer.at("id").as_string();
  out.email = customer.at("email_address").as_string();
  out.phone = customer.at("phone_number").as_string();
  out.loyalty = customer.at("reference_id").as_string();
  std::string family(customer.at("family_name").as_string());
  out.name = customer.at("given_name").as_string();
  if (!out.name.empty() && !family.empty()) out.name += ' ';
  out.name += family;
  return out;
}

}  // namespace handoff::square
