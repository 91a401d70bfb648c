#include "tests/simulation/square_cards.hpp"

#include <algorithm>

#include "core/model/identity.hpp"

namespace handoff::simulation {

namespace {

HttpReply refusal(int status, const char* code) {
  json::Array list;
  list.emplace_back(object({{"category", "INVALID_REQUEST_ERROR"}, {"code", code}}));
  return reply(status, object({{"errors", std::move(list)}}));
}

json::Value money(std::int64_t amount) { return object({{"amount", amount}, {"currency", kCurrency}}); }

std::string text(const json::Value& value) { return std::string(value.as_string()); }

std::string activity_id(std::size_t number) { return "gcact_" + std::to_string(1000 + number); }

std::vector<std::string> words(const std::string& all) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at < all.size();) {
    std::size_t blank = std::min(all.find(' ', at), all.size());
    out.push_back(all.substr(at, blank - at));
    at = blank + 1;
  }
  return out;
}

}  // namespace

bool SquareCards::writes(const VendorRequest& request) const {
  return request.method != "GET" && !request.path.ends_with("/search") && !request.path.ends_with("/from-gan");
}

std::size_t SquareCards::find(const std::string& name) const {
  auto named = [&](const Voucher& card) { return card.id == name || card.code == name; };
  return static_cast<std::size_t>(std::ranges::find_if(vouchers_, named) - vouchers_.begin());
}

HttpReply SquareCards::handle(const VendorRequest& request) {
  if (!request.headers.contains("authorization")) return refusal(401, "UNAUTHORIZED");
  const std::string cards = "/v2/gift-cards";
  const json::Value body = request.json();
  if (request.path == "/v2/refunds")
    return reply(200, json::Object());  // its registers refund to cards of their own only
  if (request.path == "/v2/customers/search") return search(body.at("query").at("filter"));
  if (request.path == cards) return create(body);
  if (request.path == cards + "/activities")
    return request.method == "GET" ? list_activities(request) : act(body.at("gift_card_activity"));
  if (!request.path.starts_with(cards + "/")) return refusal(404, "NOT_FOUND");
  std::string name = request.path.substr(cards.size() + 1);
  std::string action = name.contains('/') ? name.substr(name.find('/') + 1) : "";
  std::size_t card = find(name == "from-gan" ? text(body.at("gan")) : name.substr(0, name.find('/')));
  Time when = action.empty() ? seen_at() : world_.now();
  if (card == vouchers_.size() || vouchers_[card].made_at > when) return refusal(404, "NOT_FOUND");
  return action.empty() ? shown(card, when) : link(card, text(body.at("customer_id")), action == "link-customer");
}

HttpReply SquareCards::create(const json::Value& body) {
  std::string gan = text(body.at("gift_card").at("gan"));
  if (find(gan) != vouchers_.size()) return refusal(400, "GAN_ALREADY_EXISTS");
  add("gftc:" + std::to_string(1000 + vouchers_.size()), gan);
  states_.emplace_back().set(world_.now(), "PENDING");
  effect("card " + vouchers_.back().id);
  return shown(vouchers_.size() - 1, world_.now());
}

/// From PENDING to ACTIVE once, and from there to DEACTIVATED for ever.
HttpReply SquareCards::act(const json::Value& activity) {
  std::size_t card = find(text(activity.at("gift_card_id")));
  if (card == vouchers_.size()) return refusal(404, "NOT_FOUND");
  bool activates = activity.at("type").as_string() == "ACTIVATE";
  const std::string& state = states_[card].now();
  if (activates ? state != "PENDING" : state == "DEACTIVATED") return refusal(400, "BAD_REQUEST");
  if (!activates) {
    set_active(card, false);
    return reply(200, object({{"gift_card_activity", show(activities_.back())}}));
  }
  const json::Value& details = activity.at("activate_activity_details");
  std::optional<std::int64_t> amount = details.at("amount_money").at("amount").as_integer();
  if (!amount) return refusal(400, "MISSING_REQUIRED_PARAMETER");
  Voucher& made = vouchers_[card];
  made.reference = text(details.at("reference_id"));
  auto credit = credits_.find(made.reference);
  made.credit = credit == credits_.end() ? "nobody's " + made.reference : credit->second;
  made.amount = *amount;
  states_[card].set(world_.now(), "ACTIVE");
  set_active(card, true);
  return reply(200, object({{"gift_card_activity", show(book(card, "ACTIVATE", *amount))}}));
}

void SquareCards::set_active(std::size_t card, bool active) {
  std::int64_t left = vouchers_[card].spendable();
  PlatformModel::set_active(card, active);
  if (active) return;
  states_[card].set(world_.now(), "DEACTIVATED");
  book(card, "DEACTIVATE", left);
}

HttpReply SquareCards::link(std::size_t card, const std::string& who, bool linked) {
  Voucher& voucher = vouchers_[card];
  if (!customer(who)) return refusal(404, "NOT_FOUND");
  std::vector<std::string> holders = words(voucher.holder.now());
  bool there = std::erase(holders, who) > 0;
  if (!linked && !there) return refusal(400, "INVALID_VALUE");
  if (linked) holders.push_back(who);
  std::string all;
  for (const std::string& holder : holders) all += (all.empty() ? "" : " ") + holder;
  voucher.holder.set(world_.now(), all);
  effect(voucher.id + " of " + voucher.credit + " is linked to " + (all.empty() ? "nobody" : all));
  return shown(card, world_.now());
}

HttpReply SquareCards::search(const json::Value& filter) const {
  json::Array rows;
  for (const Customer& customer : customers_) {
    bool by_email = filter.at("email_address").at("exact").as_string() == customer.email;
    bool by_phone = !customer.phone.empty() && filter.at("phone_number").at("exact").as_string() == customer.phone;
    if (!by_email && !by_phone) continue;
    rows.emplace_back(
        object({{"id", customer.id}, {"email_address", customer.email}, {"phone_number", customer.phone}}));
  }
  return reply(200, object({{"customers", std::move(rows)}}));
}

const SquareCards::Activity& SquareCards::book(std::size_t card, const char* type, std::int64_t amount) {
  const Voucher& voucher = vouchers_[card];
  return activities_.emplace_back(Activity{card, type, amount, voucher.spendable(), world_.now()});
}

/// Oldest first; a cursor is how many were shown.
HttpReply SquareCards::list_activities(const VendorRequest& request) {
  constexpr std::size_t kPage = 2;
  auto of = request.query.find("gift_card_id");
  // It tells of no change: what is spent here is known to nobody before they look.
  if (of == request.query.end()) return reply(200, object({{"gift_card_activities", json::Array()}}));
  std::size_t card = find(of->second);
  auto cursor = request.query.find("cursor");
  std::size_t from = cursor == request.query.end() ? 0 : std::stoul(cursor->second);
  Time when = seen_at();
  json::Array all, page;
  for (const Activity& activity : activities_)
    if (activity.card == card && activity.at <= when) all.push_back(show(activity));
  for (std::size_t i = from; i < all.size() && page.size() < kPage; ++i) page.push_back(all[i]);
  json::Object out = object({{"gift_card_activities", std::move(page)}});
  if (from + kPage < all.size()) out.set("cursor", std::to_string(from + kPage));
  return reply(200, std::move(out));
}

/// The last redemption of the same card, and there is one.
std::size_t SquareCards::redeemed_before(std::size_t refund) const {
  std::size_t at = refund;
  while (activities_[at].card != activities_[refund].card || activities_[at].type != "REDEEM") --at;
  return at;
}

json::Value SquareCards::show(const Activity& activity) const {
  const Voucher& card = vouchers_[activity.card];
  auto number = static_cast<std::size_t>(&activity - activities_.data());
  std::string details = activity.type == "ACTIVATE" ? "activate_activity_details"
                        : activity.type == "REDEEM" ? "redeem_activity_details"
                        : activity.type == "REFUND" ? "refund_activity_details"
                                                    : "deactivate_activity_details";
  json::Object told = activity.type == "DEACTIVATE" ? object({{"reason", "SUSPICIOUS_ACTIVITY"}})
                                                    : object({{"amount_money", money(activity.amount)}});
  if (activity.type == "ACTIVATE") told.set("reference_id", card.reference);
  if (activity.type == "REFUND") told.set("redeem_activity_id", activity_id(redeemed_before(number)));
  return object({{"id", activity_id(number)},
                 {"type", activity.type},
                 {"gift_card_id", card.id},
                 {"created_at", rfc3339(unix_at(activity.at))},
                 {"gift_card_balance_money", money(activity.balance)},
                 {details.c_str(), std::move(told)}});
}

HttpReply SquareCards::shown(std::size_t number, Time when) const {
  const Voucher& card = vouchers_[number];
  const std::string& state = states_[number].at(when);
  std::int64_t left = state == "PENDING" ? 0 : card.amount - card.redeemed.at(when);
  json::Object out = object({{"id", card.id},
                             {"type", "DIGITAL"},
                             {"gan", card.code},
                             {"state", state},
                             {"balance_money", money(state == "DEACTIVATED" ? 0 : left)},
                             {"created_at", rfc3339(unix_at(card.made_at))}});
  json::Array holders;
  for (const std::string& holder : words(card.holder.at(when))) holders.emplace_back(holder);
  if (!holders.empty()) out.set("customer_ids", std::move(holders));
  return reply(200, object({{"gift_card", std::move(out)}}));
}

HttpReply SquareCards::throttle(const VendorRequest&, const std::string& retry_after) {
  HttpReply out = refusal(429, "RATE_LIMITED");
  if (!retry_after.empty()) out.headers.emplace_back("Retry-After", retry_after);
  return out;
}

}  // namespace handoff::simulation
